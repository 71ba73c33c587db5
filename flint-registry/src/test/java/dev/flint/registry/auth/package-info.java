/** Tests of the client. */
@NullMarked
package dev.flint.registry.auth;

import org.jspecify.annotations.NullMarked;
