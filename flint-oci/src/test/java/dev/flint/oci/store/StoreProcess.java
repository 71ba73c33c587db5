package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a second process does to a layout. */
final class StoreProcess {
  static final byte[] BLOB = "made by another process".getBytes(StandardCharsets.UTF_8);

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
        try (Turnstile.Closed closed = new Turnstile(Path.of(args[2])).close()) {
          waitForTheTest();
        }
      }
      case "use-all-the-time" -> {
        waitForTheTest();
        byte[] work = new byte[8 << 20];
        while (!Files.exists(Path.of(args[2]))) {
          try (OciLayout.Use use = layout.use()) {
            Digest.sha256(work);
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
