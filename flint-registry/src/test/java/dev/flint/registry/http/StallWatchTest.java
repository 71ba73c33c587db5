package dev.flint.registry.http;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that keeps silent must not keep us; that we are slow ourselves is no reason to end. */
@Timeout(60)
class StallWatchTest {
  /** Longer than anybody is silent only as the machine is busy. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  /** By then silence was noticed. */
  private static final Duration LONGER = SILENCE.plusMillis(500);

  private static final byte[] BODY = {1, 2};

  private final Http http = new Http("flint/test", Optional.empty(), SILENCE);
  private final CountDownLatch over = new CountDownLatch(1);

  /** The first call of a process takes long for reasons of its own. */
  @BeforeAll
  static void warmUp() throws IOException {
    try (FaultServer server = FaultServer.start(exchange -> exchange.reply(200, "", BODY))) {
      new Http("flint/test", Optional.empty()).send(Call.of("GET", url(server))).close();
    }
  }

  /** Holds the connection open without a word until the test is over. */
  private void hang(Exchange exchange) {
    try {
      assertTrue(over.await(30, TimeUnit.SECONDS), "the client waits and waits");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertGivesUp(FaultServer server, Call call) throws IOException {
    try (server) {
      LostConnectionException e =
          assertThrows(LostConnectionException.class, () -> http.send(call).body().readAllBytes());
      assertEquals(server.host() + " did not answer in time", e.getMessage());
      over.countDown();
    }
  }

  private static URI url(FaultServer server) {
    return URI.create("http://" + server.host() + "/");
  }

  @Test
  void givesUpOnAServerThatDoesNotAnswer() throws IOException {
    FaultServer server = FaultServer.start(this::hang);
    assertGivesUp(server, Call.of("GET", url(server)));
  }

  @Test
  void givesUpOnABodyThatStops() throws IOException {
    FaultServer server =
        FaultServer.start(
            exchange -> {
              exchange.send("HTTP/1.1 200 X\r\nContent-Length: 4\r\n\r\n").send(new byte[] {1, 2});
              hang(exchange);
            });
    assertGivesUp(server, Call.of("GET", url(server)));
  }

  /** Single bytes are signs of life, but no transfer. */
  @Test
  void givesUpOnABodyThatDrips() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            exchange -> {
              exchange.send("HTTP/1.1 200 X\r\nContent-Length: 1000000\r\n\r\n");
              while (!over(SILENCE.toMillis() / 40)) {
                exchange.send(new byte[] {1});
              }
            })) {
      FlintException e =
          assertFails(
              ErrorCode.NETWORK,
              () -> http.send(Call.of("GET", url(server))).body().readAllBytes());
      over.countDown();
      // It would drip again.
      assertFalse(e instanceof LostConnectionException);
      assertEquals(server.host() + " is too slow: less than 1000 bytes per second", e.getMessage());
    }
  }

  private boolean over(long millis) throws IOException {
    try {
      return over.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void givesUpOnAServerThatTakesNoMoreOfABody() throws IOException {
    long length = 256L << 20;
    Body endless =
        new Body(
            "application/octet-stream",
            length,
            () -> new EndlessStream(new byte[64 * 1024], length),
            n -> {});
    FaultServer server = FaultServer.start(this::hang);
    assertGivesUp(server, Call.of("PUT", url(server)).body(endless));
  }

  @Test
  void waitsForASlowReaderOfABody() throws Exception {
    try (FaultServer server = FaultServer.start(exchange -> exchange.reply(200, "", BODY));
        Reply reply = http.send(Call.of("GET", url(server)))) {
      assertFalse(over.await(LONGER.toMillis(), TimeUnit.MILLISECONDS));
      assertArrayEquals(BODY, reply.body().readAllBytes());
    }
  }

  @Test
  void waitsForASlowSourceOfABody() throws Exception {
    Body slow =
        new Body(
            "application/octet-stream",
            BODY.length,
            () ->
                new InputStream() {
                  private int at;

                  @Override
                  public int read() throws IOException {
                    pause();
                    return at == BODY.length ? -1 : BODY[at++];
                  }

                  @Override
                  public int read(byte[] buffer, int offset, int length) throws IOException {
                    int b = read();
                    buffer[offset] = (byte) b;
                    return b < 0 ? -1 : 1;
                  }
                },
            n -> {});
    try (FaultServer server =
            FaultServer.start(
                exchange -> {
                  assertArrayEquals(BODY, exchange.body());
                  exchange.reply(201, "", BODY);
                });
        Reply reply = http.send(Call.of("PUT", url(server)).body(slow))) {
      assertEquals(201, reply.status());
    }
  }

  private void pause() throws IOException {
    try {
      assertFalse(over.await(LONGER.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
