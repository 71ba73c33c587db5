/**
 * The embedded registry: a server of the OCI distribution spec 1.1 over one OCI image layout per
 * repository. Plain HTTP without authentication, for demos, CI and air-gapped sites.
 */
@NullMarked
package dev.flint.registry.server;

import org.jspecify.annotations.NullMarked;
