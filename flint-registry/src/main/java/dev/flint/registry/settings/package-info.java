/** What the user, a config file and the system say about registries: data, without any network. */
@NullMarked
package dev.flint.registry.settings;

import org.jspecify.annotations.NullMarked;
