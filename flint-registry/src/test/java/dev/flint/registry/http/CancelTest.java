package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.LostConnectionException;
import dev.flint.registry.testing.FaultServer;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread that waits for a server cannot be interrupted, but its request can be ended. */
@Timeout(60)
final class CancelTest {
  private final Http http = new Http("flint/test", Optional.empty());

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 X\r\nContent-Length: 4\r\n\r\n12"})
  void endsARequestWhoseAnswerDoesNotCome(String begun) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    try (FaultServer server =
        FaultServer.start(
            exchange -> {
              exchange.send(begun);
              asked.countDown();
              awaitUnchecked(over);
            })) {
      URI url = URI.create("http://" + server.host() + "/");
      FutureTask<byte[]> reading =
          new FutureTask<>(
              () -> {
                try (Reply reply = http.send(Call.of("GET", url))) {
                  return reply.body().readAllBytes();
                }
              });
      Thread thread = new Thread(reading, "reader");
      thread.start();
      asked.await();
      http.cancel();
      ExecutionException e = assertThrows(ExecutionException.class, reading::get);
      assertInstanceOf(LostConnectionException.class, e.getCause());
      over.countDown();
    }
  }

  @Test
  void endsNothingThatIsBegunLater() throws IOException {
    http.cancel();
    try (FaultServer server =
            FaultServer.start(exchange -> exchange.reply(200, "", new byte[] {1}));
        Reply reply = http.send(Call.of("GET", URI.create("http://" + server.host() + "/")))) {
      reply.body().readAllBytes();
    }
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
