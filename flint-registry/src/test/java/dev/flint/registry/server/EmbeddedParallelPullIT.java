package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import dev.flint.registry.http.CaTrust;
import dev.flint.registry.testing.TestCertificate;
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
import javax.net.SocketFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many pulls of something large at once, from a registry in a process of its own. */
final class EmbeddedParallelPullIT {
  private static final int PULLS = 64;
  private static final long MAX_MEMORY = 128L << 20;

  @TempDir Path folder;

  /**
   * Over TLS with less, as both sides' ciphers take long and memory does not grow with the blob.
   */
  @ParameterizedTest(name = "over TLS: {0}, {1} MiB")
  @CsvSource({"false, 200", "true, 50"})
  void stayWithinALittleMemory(boolean secure, int mebibytes) throws Exception {
    CRC32C expected = new CRC32C();
    Digest digest = store(mebibytes, expected);
    TestCertificate certificate = TestCertificate.create(folder.resolve("tls"), "IP:127.0.0.1");
    SocketFactory sockets =
        secure ? CaTrust.fromPem(certificate.pem()).socketFactory() : SocketFactory.getDefault();
    Path served = folder.resolve("registry");
    try (RegistryProcess registry =
        secure ? RegistryProcess.start(served, certificate) : RegistryProcess.start(served)) {
      ExecutorService clients = Executors.newFixedThreadPool(PULLS);
      try {
        List<Future<Long>> pulls = new ArrayList<>();
        for (int i = 0; i < PULLS; i++) {
          pulls.add(clients.submit(() -> pull(sockets, registry.address(), digest)));
        }
        // It has threads left for others meanwhile.
        RawRegistry other =
            secure
                ? RawRegistry.tls(registry.address(), certificate)
                : new RawRegistry(registry.address());
        other.get("/v2/").is(200);
        for (Future<Long> pull : pulls) {
          assertEquals(expected.getValue(), pull.get());
        }
      } finally {
        clients.shutdownNow();
      }
      long peak = registry.peakMemory();
      System.out.println(
          "peak memory of "
              + PULLS
              + (secure ? " pulls over TLS: " : " pulls: ")
              + (peak >> 20)
              + " MiB");
      assertTrue(peak < MAX_MEMORY, () -> "the registry took " + (peak >> 20) + " MiB");
    }
  }

  private Digest store(int mebibytes, CRC32C checksum) throws IOException {
    Random random = new Random(200);
    byte[] mebibyte = new byte[1 << 20];
    try (OciLayout layout = OciLayout.openOrCreate(folder.resolve("registry/x/_oci"));
        Ingest ingest = layout.ingest()) {
      for (int i = 0; i < mebibytes; i++) {
        random.nextBytes(mebibyte);
        checksum.update(mebibyte);
        ingest.write(mebibyte);
      }
      return ingest.commit().digest();
    }
  }

  private static long pull(SocketFactory sockets, InetSocketAddress address, Digest digest)
      throws IOException {
    CRC32C checksum = new CRC32C();
    try (Socket socket = sockets.createSocket(address.getAddress(), address.getPort());
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
