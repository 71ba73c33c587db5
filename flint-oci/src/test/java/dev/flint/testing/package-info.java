/** What the tests of all modules share: peers and fixtures. */
@NullMarked
package dev.flint.testing;

import org.jspecify.annotations.NullMarked;
