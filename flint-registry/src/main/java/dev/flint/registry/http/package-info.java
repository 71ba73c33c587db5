/**
 * The seam over OkHttp, whose types do not leave this package, and the policy where requests may
 * go.
 */
@NullMarked
package dev.flint.registry.http;

import org.jspecify.annotations.NullMarked;
