package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.error.NoRoomException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

/** Sees to it that a disk has room for what is to come, before the first byte of it. Immutable. */
public final class FreeSpace {
  /** What file systems and Flint itself need beside the bytes: so much, and a part of them. */
  private static final long MARGIN = 1 << 20;

  private static final long MARGIN_PART = 64;

  private final Gauge gauge;

  /** Tells how much more can be written. */
  @FunctionalInterface
  public interface Gauge {
    /** In bytes, on the file system of a folder; {@link Long#MAX_VALUE} where nobody knows. */
    long usableBytes(Path folder) throws IOException;
  }

  /** Room of this machine's file systems. */
  public FreeSpace() {
    this(FreeSpace::ofSystem);
  }

  /** Room that something else tells. */
  public FreeSpace(Gauge gauge) {
    this.gauge = gauge;
  }

  /** A gauge of this machine's file systems. */
  public static long ofSystem(Path folder) {
    File file = folder.toFile();
    // Some network file systems say that they have no blocks at all.
    return file.getTotalSpace() == 0 ? Long.MAX_VALUE : file.getUsableSpace();
  }

  /**
   * Checks that blobs find room in a layout. Of what is there in part, the rest counts.
   *
   * @throws NoRoomException if they do not
   */
  public void require(OciLayout layout, Collection<Descriptor> blobs) throws IOException {
    long missing = 0;
    for (Descriptor blob : blobs) {
      if (layout.find(blob).isEmpty()) {
        long rest = Math.max(0, blob.size() - layout.partials().bytes(blob.digest()));
        missing = sum(missing, rest);
      }
    }
    if (missing > 0) {
      require(layout.folder(), missing);
    }
  }

  /**
   * Checks that so many bytes find room in a folder.
   *
   * @throws NoRoomException if they do not
   */
  public void require(Path folder, long bytes) throws IOException {
    long needed = sum(bytes, MARGIN + bytes / MARGIN_PART);
    long usable = gauge.usableBytes(folder);
    if (usable < needed) {
      throw new NoRoomException(
          needed - usable,
          "not enough room in %s: %d bytes are needed, %d are free"
              .formatted(folder, needed, usable),
          "make room, or choose another disk");
    }
  }

  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
