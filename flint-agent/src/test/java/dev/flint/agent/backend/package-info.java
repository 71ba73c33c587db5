/** Tests of what backends share. */
@NullMarked
package dev.flint.agent.backend;

import org.jspecify.annotations.NullMarked;
