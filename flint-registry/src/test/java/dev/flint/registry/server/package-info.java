/** The embedded registry, alone and beside docker-registry. */
@NullMarked
package dev.flint.registry.server;

import org.jspecify.annotations.NullMarked;
