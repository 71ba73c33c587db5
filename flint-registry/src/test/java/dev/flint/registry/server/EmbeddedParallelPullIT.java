package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many pulls of something large at once, from a registry in a process of its own. */
final class EmbeddedParallelPullIT {
  private static final int PULLS = 64;
  private static final int MEBIBYTES = 200;
  private static final long MAX_MEMORY = 128L << 20;

  @TempDir Path folder;

  @Test
  void stayWithinALittleMemory() throws Exception {
    CRC32C expected = new CRC32C();
    Digest digest = store(expected);
    try (RegistryProcess registry = RegistryProcess.start(folder.resolve("registry"))) {
      ExecutorService clients = Executors.newFixedThreadPool(PULLS);
      try {
        List<Future<Long>> pulls = new ArrayList<>();
        for (int i = 0; i < PULLS; i++) {
          pulls.add(clients.submit(() -> pull(registry.address(), digest)));
        }
        // It has threads left for others meanwhile.
        new RawRegistry(registry.address()).get("/v2/").is(200);
        for (Future<Long> pull : pulls) {
          assertEquals(expected.getValue(), pull.get());
        }
      } finally {
        clients.shutdownNow();
      }
      long peak = registry.peakMemory();
      System.out.println("peak memory of " + PULLS + " pulls: " + (peak >> 20) + " MiB");
      assertTrue(peak < MAX_MEMORY, () -> "the registry took " + (peak >> 20) + " MiB");
    }
  }

  private Digest store(CRC32C checksum) throws IOException {
    Random random = new Random(200);
    byte[] mebibyte = new byte[1 << 20];
    try (OciLayout layout = OciLayout.openOrCreate(folder.resolve("registry/x/_oci"));
        Ingest ingest = layout.ingest()) {
      for (int i = 0; i < MEBIBYTES; i++) {
        random.nextBytes(mebibyte);
        checksum.update(mebibyte);
        ingest.write(mebibyte);
      }
      return ingest.commit().digest();
    }
  }

  private static long pull(InetSocketAddress address, Digest digest) throws IOException {
    CRC32C checksum = new CRC32C();
    try (Socket socket = new Socket(address.getAddress(), address.getPort());
        InputStream in = new BufferedInputStream(socket.getInputStream(), 128 * 1024)) {
      socket
          .getOutputStream()
          .write(
              EmbeddedRegistry.head(
                  "GET /v2/x/blobs/" + digest + " HTTP/1.1", "Host: x", "Connection: close"));
      int end = 0;
      while (end < 4) {
        int c = in.read();
        assertTrue(c >= 0, "the head of the answer is cut");
        end = c == "\r\n\r\n".charAt(end) ? end + 1 : c == '\r' ? 1 : 0;
      }
      byte[] buffer = new byte[128 * 1024];
      int n;
      while ((n = in.read(buffer)) >= 0) {
        checksum.update(buffer, 0, n);
      }
    }
    return checksum.getValue();
  }
}
