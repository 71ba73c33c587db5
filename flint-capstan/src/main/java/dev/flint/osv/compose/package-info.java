/** Bootable disks of OSv: a loader, a file system and a command line, streamed front to back. */
@NullMarked
package dev.flint.osv.compose;

import org.jspecify.annotations.NullMarked;
