/**
 * OSv without OSv: what a guest's disk says about itself, the line it boots with, its read-only
 * file system, and what its console tells of its end.
 */
@NullMarked
package dev.flint.osv;

import org.jspecify.annotations.NullMarked;
