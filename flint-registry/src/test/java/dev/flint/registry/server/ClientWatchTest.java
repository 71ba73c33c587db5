package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that do not go on. */
@Timeout(60)
final class ClientWatchTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
        "GET /v2/ HT",
        "GET /v2/ HTTP/1.1\r\nHost: x\r\n"
      })
  void dropsAClientThatSendsNoCompleteHead(String start) throws IOException {
    try (RegistryServer server =
            RegistryServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(start.getBytes(StandardCharsets.ISO_8859_1));
      assertEquals(-1, socket.getInputStream().read());
      new RawRegistry(server.address()).get("/v2/").is(200);
    }
  }

  /** Nobody who sends a head and no body may hold a thread for the time that a body may take. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "PUT /v2/a/manifests/v1, 401",
        "HEAD /v2/, 401",
        "POST /v2/a/blobs/uploads/, 401",
        "BREW /v2/a/tags/list, 405",
        "PATCH /v2/a/blobs/uploads/none, 404",
        "PUT /v2/a/manifests/v1, 413",
        "GET /v2/, 200",
        "POST /v2/a/blobs/uploads/, 202",
      })
  void waitsNotForABodyThatItDoesNotWant(String request) throws IOException {
    String[] words = request.split(", ", -1);
    ServerSettings settings = ServerSettings.OPEN;
    if (words[1].equals("401")) {
      Path users = Htpasswd.write(folder.resolve("users"), Htpasswd.ACCOUNT);
      settings = settings.withHtpasswd(users, false);
    }
    try (EmbeddedRegistry registry = new EmbeddedRegistry(folder.resolve("dir"), settings);
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), registry.server.address().getPort())) {
      socket.setSoTimeout(60_000);
      byte[] head =
          EmbeddedRegistry.head(words[0] + " HTTP/1.1", "Host: x", "Content-Length: 5000000");
      socket.getOutputStream().write(head);
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean hasBody = !words[0].startsWith("HEAD") && !words[1].equals("202");
      // An answer without a body ends the exchange, so that it has to wait for the request.
      assertEquals(hasBody ? "HTTP/1.1 " + words[1] : "", answer.split(" [A-Z]", -1)[0]);
    }
  }

  @Test
  void allOfAnUnwantedBodyIsOneShortWait() {
    ClientWatch watch = new ClientWatch(true);
    int[] reads = new int[1];
    InputStream drip =
        new InputStream() {
          @Override
          public int read() throws IOException {
            watch.tick();
            if (Thread.interrupted()) {
              throw new ClosedByInterruptException();
            }
            reads[0]++;
            return 'x';
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            buffer[offset] = (byte) read();
            return 1;
          }
        };
    RequestBody body = new RequestBody(drip, 5_000_000, watch);
    assertThrows(ClosedByInterruptException.class, body::drain);
    assertEquals(9, reads[0]);
  }

  @Test
  void keepsAConnectionThatIsIdleBetweenRequests() throws IOException {
    try (RegistryServer server =
            RegistryServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      byte[] request = EmbeddedRegistry.head("HEAD /v2/ HTTP/1.1", "Host: x");
      for (int i = 0; i < 2; i++) {
        socket.getOutputStream().write(request);
        socket.setSoTimeout(60_000);
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
          int c = socket.getInputStream().read();
          assertTrue(c >= 0, answer::toString);
          answer.append((char) c);
        }
        assertEquals("HTTP/1.1 200", answer.substring(0, 12));
        // Two seconds without a byte are longer than the patience for a head.
        socket.setSoTimeout(2_000);
        assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      }
    }
  }

  @Test
  void interruptsAThreadThatWaitsTooLong() throws Exception {
    ClientWatch watch = new ClientWatch(false);
    Pipe pipe = Pipe.open();
    CountDownLatch waiting = new CountDownLatch(1);
    CompletableFuture<Exception> result =
        CompletableFuture.supplyAsync(
            () -> {
              try (ClientWatch.Wait wait = watch.body()) {
                waiting.countDown();
                pipe.source().read(ByteBuffer.allocate(1));
              } catch (IOException e) {
                assertFalse(Thread.interrupted(), "the thread can go on with other things");
                return e;
              }
              return new IOException("was not interrupted");
            },
            task -> new Thread(task).start());
    waiting.await();
    for (int i = 0; i < 1199; i++) {
      watch.tick();
    }
    assertFalse(result.isDone());
    watch.tick();
    assertInstanceOf(ClosedByInterruptException.class, result.get());
  }

  @Test
  void leavesAThreadAloneThatHasGoneOn() {
    ClientWatch watch = new ClientWatch(false);
    watch
        .watched(
            () -> {
              watch.headIsComplete();
              try (ClientWatch.Wait wait = watch.body()) {
                watch.tick();
              }
              for (int i = 0; i < 5000; i++) {
                watch.tick();
              }
            })
        .run();
    assertFalse(Thread.interrupted());
  }
}
