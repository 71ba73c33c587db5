/** Tests of the settings. */
@NullMarked
package dev.flint.registry.settings;

import org.jspecify.annotations.NullMarked;
