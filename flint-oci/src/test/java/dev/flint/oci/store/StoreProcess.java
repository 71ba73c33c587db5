package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** What a second process does to a layout. */
final class StoreProcess {
  static final byte[] BLOB = "made by another process".getBytes(StandardCharsets.UTF_8);

  /** For how long nobody waits in a test that passes. */
  static final Duration LONG = Duration.ofMinutes(10);

  private StoreProcess() {}

  public static void main(String[] args) throws IOException {
    OciLayout layout = OciLayout.openOrCreate(Path.of(args[1]));
    switch (args[0]) {
      case "ingest" -> {
        try (Ingest ingest = layout.ingest()) {
          ingest.write(BLOB, 0, 5);
          waitForTheTest();
          ingest.write(BLOB, 5, BLOB.length - 5);
          ingest.commit();
        }
        layout.close();
      }
      case "use" -> {
        try (OciLayout.Use use = layout.use()) {
          waitForTheTest();
        }
      }
      case "close-turnstile" -> {
        try (Turnstile.Closed closed = new Turnstile(Path.of(args[2]), Turnstile.WINDOW).close()) {
          waitForTheTest();
        }
      }
      case "share" -> {
        waitForTheTest();
        try (StoreLock.Hold hold = new StoreLock(Path.of(args[2]), LONG, LONG).share()) {
          Files.createFile(Path.of(args[3]));
        }
      }
      case "see-turnstile-closed" -> {
        waitForTheTest();
        try (FileChannel channel =
            FileChannel.open(
                Path.of(args[2]),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE)) {
          FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
          while (lock != null) {
            lock.release();
            Thread.onSpinWait();
            lock = channel.tryLock(0, Long.MAX_VALUE, true);
          }
        }
      }
      case "lock-index" ->
          layout.changeIndex(
              index -> {
                waitForTheTest();
                return index;
              });
      case "tag" -> {
        waitForTheTest();
        for (int i = 0; i < Integer.parseInt(args[3]); i++) {
          layout.tag(args[2] + i, descriptor());
        }
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  static Descriptor descriptor() {
    return Descriptor.of(MediaType.OCI_MANIFEST, Digest.sha256(BLOB), BLOB.length);
  }

  private static void waitForTheTest() throws IOException {
    System.out.println("ready");
    if (System.in.read() < 0) {
      throw new IOException("the test went away");
    }
  }
}
