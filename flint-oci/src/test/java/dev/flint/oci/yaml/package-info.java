/** YAML as JSON documents; the only package that knows a YAML library. */
@NullMarked
package dev.flint.oci.yaml;

import org.jspecify.annotations.NullMarked;
