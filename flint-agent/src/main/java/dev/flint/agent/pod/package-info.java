/** What a Pod document says, checked: no files, no processes. */
@NullMarked
package dev.flint.agent.pod;

import org.jspecify.annotations.NullMarked;
