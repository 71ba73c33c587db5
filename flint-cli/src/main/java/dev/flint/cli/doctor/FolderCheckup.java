package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.cli.console.Sizes;
import dev.flint.oci.store.FreeSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether a folder, which need not be there yet, can be written, and how much finds room in it.
 *
 * @param subject what it is for
 */
public record FolderCheckup(String subject, Path folder, FreeSpace.Gauge gauge) implements Checkup {
  private static final long TOO_LITTLE = 64L << 20;
  private static final long LITTLE = 1L << 30;

  @Override
  public List<Finding> look() throws IOException {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there)) {
      return one(Finding.refused(subject, there + " is not a folder", "move it away"));
    }
    if (!Files.isWritable(there)) {
      return one(Unwritable.found(subject, there));
    }
    long free = gauge.usableBytes(there);
    String detail =
        folder
            + ": "
            + (free == Long.MAX_VALUE ? "nobody knows how much is" : Sizes.of(free))
            + " free";
    if (free < TOO_LITTLE) {
      return one(Finding.refused(subject, detail, "make room"));
    }
    return one(
        free < LITTLE
            ? Finding.warning(subject, detail, "make room; disks of guests are large")
            : Finding.ok(subject, detail));
  }

  private static List<Finding> one(Finding finding) {
    return List.of(finding);
  }
}
