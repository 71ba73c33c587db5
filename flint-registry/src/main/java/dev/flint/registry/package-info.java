/**
 * The client of the OCI distribution spec: one repository of a registry as source and target of
 * images.
 */
@NullMarked
package dev.flint.registry;

import org.jspecify.annotations.NullMarked;
