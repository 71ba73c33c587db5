@NullMarked
package dev.flint.agent.log;

import org.jspecify.annotations.NullMarked;
