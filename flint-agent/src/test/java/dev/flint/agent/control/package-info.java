@NullMarked
package dev.flint.agent.control;

import org.jspecify.annotations.NullMarked;
