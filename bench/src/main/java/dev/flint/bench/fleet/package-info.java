/** Agents as nodes of an API server in memory: what they ask of it, and what asking takes. */
@NullMarked
package dev.flint.bench.fleet;

import org.jspecify.annotations.NullMarked;
