/** OSv disks of the files of a build, as images. */
@NullMarked
package dev.flint.build.osv;

import org.jspecify.annotations.NullMarked;
