package dev.flint.agent.kube.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ServerPlaceTest {
  private static final long LONG = 60_000;
  private final List<String> asked = new ArrayList<>();

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void asksForANameNowAndThen() {
    ServerPlace place =
        new ServerPlace(
            "api.lan",
            name -> {
              asked.add(name);
              return address("10.0.0." + asked.size());
            },
            LONG);
    for (int i = 0; i < 6; i++) {
      assertEquals(Optional.of(address("10.0.0.1")), place.find());
    }
    assertEquals(Optional.of(address("10.0.0.2")), place.find());
    assertEquals(List.of("api.lan", "api.lan"), asked);
  }

  @Test
  void asksAgainAtOnceIfNobodyHasKnownIt() {
    AtomicInteger times = new AtomicInteger();
    ServerPlace place =
        new ServerPlace(
            "api.lan",
            name -> {
              if (times.incrementAndGet() == 1) {
                throw new UnknownHostException(name);
              }
              return address("10.0.0.1");
            },
            LONG);
    assertEquals(Optional.empty(), place.find());
    assertEquals(Optional.of(address("10.0.0.1")), place.find());
  }

  /** The lease must not wait for them. */
  @Test
  void theLastAddressCountsWhileResolversAreDead() {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger times = new AtomicInteger();
    ServerPlace place =
        new ServerPlace(
            "api.lan",
            name -> {
              try {
                if (times.incrementAndGet() > 1) {
                  end.await();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return address("10.0.0.1");
            },
            500);
    Optional<InetAddress> found = place.find();
    while (found.isEmpty()) {
      found = place.find();
    }
    for (int i = 0; i < 20; i++) {
      assertEquals(Optional.of(address("10.0.0.1")), place.find());
    }
    assertEquals(2, times.get(), "one that has no answer yet is enough");
    end.countDown();
  }

  @Test
  void anAddressIsAskedNobodyFor() {
    ServerPlace place = ServerPlace.of(URI.create("https://[fd00::1]:6443"));
    assertEquals(Optional.of(address("fd00::1")), place.find());
  }
}
