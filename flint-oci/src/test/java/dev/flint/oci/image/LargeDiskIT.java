package dev.flint.oci.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.ChildJvm;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LargeDiskIT {
  private static final long GIB = 1L << 30;

  @TempDir private Path folder;

  /** A disk of 1 GiB with three islands of data, packed and unpacked in a heap of 48 MiB. */
  @Test
  void aDiskLargerThanTheMemoryComesBackWithItsHoles() throws IOException {
    Path disk = folder.resolve("disk");
    Path back = folder.resolve("back");
    byte[] island = new byte[1 << 20];
    new Random(9).nextBytes(island);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      for (long at : new long[] {0, GIB / 2 + 12_345, GIB - island.length}) {
        file.seek(at);
        file.write(island);
      }
    }
    Command.Result child =
        ChildJvm.run("48m", LargeDisk.class, folder.resolve("store"), disk, back).ok();
    assertEquals("RAW " + GIB, child.out());
    assertEquals(-1, Files.mismatch(disk, back));
    String kib = Command.run("du", "-k", back).ok().out().split("\t", -1)[0];
    assertTrue(Long.parseLong(kib) < 4096, "holes stay holes, it takes " + kib + " KiB");
  }
}
