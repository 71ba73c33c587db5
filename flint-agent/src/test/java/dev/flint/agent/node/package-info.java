@NullMarked
package dev.flint.agent.node;

import org.jspecify.annotations.NullMarked;
