@NullMarked
package dev.flint.agent.task;

import org.jspecify.annotations.NullMarked;
