package dev.flint.osv.compose;

import dev.flint.oci.disk.GuestSink;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.RofsTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** Loaders that boot nothing, and disks made with them. */
public final class Disks {
  private Disks() {}

  /** A loader of one piece of 32 KiB, laid out as OSv's, with leftovers that must go. */
  public static byte[] loader() {
    ByteBuffer loader = ByteBuffer.allocate(65536 + 32768).order(ByteOrder.LITTLE_ENDIAN);
    byte[] kernel = new byte[32768];
    new Random(7).nextBytes(kernel);
    loader.put(65536, kernel);
    loader.put(0, new byte[] {(byte) 0xeb, 0x10});
    loader.putShort(0x10, (short) 1);
    loader.put(0x1b8, "VSO".getBytes(StandardCharsets.US_ASCII));
    loader.putShort(0x1fe, (short) 0xaa55);
    loader.put(512, "x".repeat(3000).getBytes(StandardCharsets.US_ASCII));
    return loader.array();
  }

  /** Composes a raw disk. */
  public static Path compose(Path target, Path loader, RofsTree tree, String line)
      throws IOException {
    Files.deleteIfExists(target);
    try (FileChannel from = FileChannel.open(loader);
        FileChannel to =
            FileChannel.open(
                target,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      DiskComposer composer =
          new DiskComposer(
              Loader.open(from, String.valueOf(loader.getFileName())),
              tree,
              new OsvCommandLine(line));
      try (GuestSink sink = GuestSink.raw(to, composer.size())) {
        composer.write(sink, done -> {});
      }
    }
    return target;
  }
}
