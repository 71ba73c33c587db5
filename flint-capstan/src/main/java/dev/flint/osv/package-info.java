/** What an OSv guest's disk says about itself: boot signature and command line. */
@NullMarked
package dev.flint.osv;

import org.jspecify.annotations.NullMarked;
