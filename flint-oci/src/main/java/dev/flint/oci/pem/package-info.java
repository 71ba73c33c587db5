/** Certificates and keys as PEM (RFC 7468), for the JDK's TLS. */
@NullMarked
package dev.flint.oci.pem;

import org.jspecify.annotations.NullMarked;
