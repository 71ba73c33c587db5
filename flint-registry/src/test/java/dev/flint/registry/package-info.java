/** Tests of the client. */
@NullMarked
package dev.flint.registry;

import org.jspecify.annotations.NullMarked;
