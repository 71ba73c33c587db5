/** YAML as JSON documents; the only package that knows a YAML library. */
@NullMarked
package dev.flint.agent.yaml;

import org.jspecify.annotations.NullMarked;
