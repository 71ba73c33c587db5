/** Starting a disk under QEMU. The only package that starts a hypervisor. */
@NullMarked
package dev.flint.agent.qemu;

import org.jspecify.annotations.NullMarked;
