/** Tests of starting QEMU; booting real guests is tested in flint-cli, which has one. */
@NullMarked
package dev.flint.agent.qemu;

import org.jspecify.annotations.NullMarked;
