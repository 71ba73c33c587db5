@NullMarked
package dev.flint.agent.image;

import org.jspecify.annotations.NullMarked;
