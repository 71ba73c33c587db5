/** Tests of the client. */
@NullMarked
package dev.flint.registry.http;

import org.jspecify.annotations.NullMarked;
