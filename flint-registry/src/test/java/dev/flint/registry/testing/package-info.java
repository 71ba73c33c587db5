/** Registries that tests run against. */
@NullMarked
package dev.flint.registry.testing;

import org.jspecify.annotations.NullMarked;
