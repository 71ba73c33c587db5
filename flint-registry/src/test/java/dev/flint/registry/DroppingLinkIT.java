package dev.flint.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.Transfer;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.TestClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gigabyte over a link that holds for 20 MB at a time. */
class DroppingLinkIT {
  private static final byte[] CONFIG =
      "{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8);
  private static final int BLOCK = 1 << 20;
  private static final long BLOCKS = 1024;
  private static final long SIZE = BLOCKS * BLOCK;
  private static final int DROP_AFTER = 20_000_000;

  @TempDir Path folder;
  private final byte[] block = new byte[BLOCK];

  @Test
  void aGigabyteArrivesWhole() throws IOException {
    new Random(1).nextBytes(block);
    MessageDigest hasher = Digest.sha256Hasher();
    for (int i = 0; i < BLOCKS; i++) {
      hasher.update(block);
    }
    Descriptor layer = Descriptor.of(MediaType.OCI_LAYER_TAR, Digest.of(hasher.digest()), SIZE);
    Descriptor config = Descriptor.of(MediaType.OCI_CONFIG, Digest.sha256(CONFIG), CONFIG.length);
    Document manifest = Manifest.create(config, List.of(layer), Map.of());
    TestClient user = new TestClient(folder);
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (x.target().contains("/manifests/")) {
                x.reply(200, "Content-Type: " + manifest.mediaType(), manifest.bytes());
              } else if (x.target().endsWith(config.digest().toString())) {
                x.reply(200, "", CONFIG);
              } else {
                serveUntilItDrops(x);
              }
            })) {
      Reference reference = Reference.parse(server.host() + "/r:t");
      Transfer transfer =
          new Transfer(user.client().repository(reference), user.images(), ProgressListener.NONE);
      assertEquals(manifest, transfer.copy(reference, reference, Optional.empty()));
      // Ingest has compared the digest of all of it.
      assertTrue(user.images().has(layer));
      int drops = (int) ((SIZE - 1) / DROP_AFTER);
      assertEquals(new Fetched(SIZE + CONFIG.length, 0, drops + 2), transfer.fetched());
    }
  }

  private void serveUntilItDrops(Exchange x) throws IOException {
    String range = x.header("range").orElse("");
    long from = range.isEmpty() ? 0 : Long.parseLong(range.substring(6, range.indexOf('-')));
    x.send(range.isEmpty() ? "HTTP/1.1 200 X\r\n" : "HTTP/1.1 206 X\r\n");
    x.send("Content-Length: " + (SIZE - from) + "\r\n");
    x.send("Content-Range: bytes " + from + "-" + (SIZE - 1) + "/" + SIZE + "\r\n\r\n");
    long end = Math.min(SIZE, from + DROP_AFTER);
    for (long position = from; position < end; ) {
      int start = (int) (position % BLOCK);
      int length = (int) Math.min(BLOCK - start, end - position);
      x.send(Arrays.copyOfRange(block, start, start + length));
      position += length;
    }
  }
}
