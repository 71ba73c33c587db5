package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.registry.settings.HostSettings;
import dev.flint.registry.settings.Rate;
import dev.flint.registry.settings.RegistrySettings;
import dev.flint.registry.testing.FaultServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000;

  /** Goes on only while somebody waits. */
  private static final class FakeTime implements Time {
    private final List<Long> pauses = new ArrayList<>();
    private long now = 77;

    @Override
    public synchronized long nanos() {
      return now;
    }

    @Override
    public synchronized void pause(long nanos) {
      pauses.add(nanos);
      now += nanos;
    }
  }

  private final FakeTime time = new FakeTime();

  @Test
  void whatWasTakenIsPaidForBeforeTheNext() throws IOException {
    RateLimit limit = new RateLimit(1000, time);
    limit.take(500);
    limit.take(250);
    limit.take(1);
    assertEquals(List.of(SECOND / 2, SECOND / 4), time.pauses);
  }

  @Test
  void timeInWhichNothingMovedIsNotMadeUpFor() throws IOException {
    RateLimit limit = new RateLimit(1000, time);
    limit.take(500);
    time.now += 10 * SECOND;
    limit.take(500);
    limit.take(500);
    assertEquals(List.of(SECOND / 2), time.pauses);
  }

  @ParameterizedTest
  @CsvSource({"1000, 8192, 100", "1, 8192, 1", "1000000, 8192, 8192", "5, 3, 1"})
  void movesInSmallSteps(long rate, int length, int step) {
    assertEquals(step, new RateLimit(rate, time).step(length));
  }

  @Test
  void noLimitDoesNothing() throws IOException {
    RateLimit.NONE.take(Integer.MAX_VALUE);
    RateLimit.NONE.take(Integer.MAX_VALUE);
    assertEquals(8192, RateLimit.NONE.step(8192));
  }

  @Test
  void allKeepToTheLimitOfTheLinkTogetherElseEachRegistryToItsOwn() {
    HostSettings limited =
        new HostSettings(
            Optional.empty(),
            HostSettings.DEFAULT.tls(),
            Optional.empty(),
            List.of(),
            HostSettings.DEFAULT.upload(),
            HostSettings.DEFAULT.chunkSize(),
            Optional.of(new Rate(5)));
    Call a = Call.of("GET", URI.create("http://a.example/"));
    Call b = Call.of("GET", URI.create("http://b.example/"));
    RateLimits link = new RateLimits(Optional.of(new Rate(10)), time);
    assertSame(link.of(a, limited), link.of(b, HostSettings.DEFAULT));
    RateLimits own = new RateLimits(Optional.of(new Rate(0)), time);
    assertSame(own.of(a, limited), own.of(a.to(b.url()), limited));
    assertTrue(own.of(a, limited) != own.of(b, limited));
    assertSame(RateLimit.NONE, own.of(a, HostSettings.DEFAULT));
  }

  @Test
  void bodiesOfBothDirectionsAreHeldBack() throws IOException {
    byte[] bytes = new byte[50_000];
    RateLimit limit = new RateLimit(100_000, time);
    StallWatch.Wait wait = new StallWatch(Duration.ofSeconds(1), new Rate(0)).newWait();
    Buffer sink = new Buffer();
    new Body("a/b", bytes.length, () -> new ByteArrayInputStream(bytes), n -> {})
        .toOkHttp(wait, limit)
        .writeTo(sink);
    assertEquals(bytes.length, sink.size());
    // Five steps of a tenth of a second, of which the last is paid for by the next body.
    assertEquals(4, time.pauses.size());
    try (FaultServer server = FaultServer.start(x -> x.reply(200, "", bytes))) {
      Http http =
          new Http(
              "flint/test",
              new Network(
                  RegistrySettings.NONE,
                  Proxies.NONE,
                  line -> {},
                  new RateLimits(Optional.of(new Rate(100_000)), time)));
      try (Reply reply = http.send(Call.of("GET", URI.create("http://" + server.host() + "/")))) {
        assertArrayEquals(bytes, reply.body().readAllBytes());
      }
    }
    long waited = time.pauses.stream().mapToLong(Long::longValue).sum();
    assertTrue(waited > 7 * SECOND / 10, waited + " ns");
  }
}
