@NullMarked
package dev.flint.agent.supervise;

import org.jspecify.annotations.NullMarked;
