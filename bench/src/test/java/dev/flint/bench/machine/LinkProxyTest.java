package dev.flint.bench.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LinkProxyTest {
  private static final byte[] BODY = new byte[100_000];

  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, BODY.length);
          exchange.getResponseBody().write(BODY);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void countsBytesAndRequestsForBlobs() throws IOException {
    try (LinkProxy link = LinkProxy.fast(server.getAddress().getPort())) {
      get(link, "/v2/a/manifests/1");
      get(link, "/v2/a/blobs/sha256:0");
      get(link, "/v2/a/blobs/sha256:1");
      assertEquals(2, link.blobRequests());
      assertTrue(link.down() > 3L * BODY.length, () -> link.down() + " bytes");
      assertTrue(link.down() < 3L * BODY.length + 3000, () -> link.down() + " bytes");
      assertTrue(link.total() > link.down());
    }
  }

  @Test
  void keepsToItsRate() throws IOException {
    try (LinkProxy link = LinkProxy.slow(server.getAddress().getPort(), 1_600_000)) {
      long start = System.nanoTime();
      get(link, "/");
      double seconds = (System.nanoTime() - start) / 1e9;
      // The last bytes may still be under way when they are counted.
      assertTrue(seconds >= 0.45, () -> seconds + " s for half a second's bytes");
    }
  }

  private static void get(LinkProxy link, String path) throws IOException {
    URI uri = URI.create("http://" + link.host() + path);
    try (var in = uri.toURL().openStream()) {
      assertArrayEquals(BODY, in.readAllBytes());
    }
  }
}
