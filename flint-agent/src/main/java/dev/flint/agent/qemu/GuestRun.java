package dev.flint.agent.qemu;

import dev.flint.oci.disk.DiskFormat;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One boot of a disk to its end.
 *
 * @param disk is not changed: the guest writes to a snapshot
 * @param format as probed; QEMU never guesses it
 * @param memoryMib guest memory in MiB
 * @param limit after which the guest is killed
 */
public record GuestRun(Path disk, DiskFormat format, int memoryMib, Duration limit) {}
