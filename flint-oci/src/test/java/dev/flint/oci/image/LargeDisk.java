package dev.flint.oci.image;

import dev.flint.oci.Document;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.TestDisks;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Packs a disk into a store and unpacks it again. */
final class LargeDisk {
  private LargeDisk() {}

  public static void main(String[] args) throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(Path.of(args[0]));
        FileChannel target = TestDisks.open(Path.of(args[2]))) {
      Document manifest = TestImages.pack(layout, "r.io/large:1", Path.of(args[1]));
      DiskInfo info =
          TestImages.unpacker(layout, Long.MAX_VALUE)
              .unpack(DiskImage.of(layout, manifest), target, ProgressListener.NONE);
      System.out.print(info.format() + " " + info.fileSize());
    }
  }
}
