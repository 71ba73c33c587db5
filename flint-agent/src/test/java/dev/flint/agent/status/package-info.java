@NullMarked
package dev.flint.agent.status;

import org.jspecify.annotations.NullMarked;
