/**
 * The embedded registry: a server of the OCI distribution spec 1.1 over one OCI image layout per
 * repository, for demos, CI, air-gapped sites, and as a cache on edge sites.
 */
@NullMarked
package dev.flint.registry.server;

import org.jspecify.annotations.NullMarked;
