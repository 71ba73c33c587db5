/** Where credentials come from and how they are shown to a registry. */
@NullMarked
package dev.flint.registry.auth;

import org.jspecify.annotations.NullMarked;
