package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SlowClientsTest {
  private static final Duration LOOK = Duration.ofMillis(1);

  /** Takes nothing for ever, as a channel does whose other end does not read. */
  private static final class Stuck extends OutputStream {
    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public void write(int b) throws InterruptedIOException {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException();
      }
    }
  }

  @Test
  void cutsOffWhoTakesNothing() {
    try (SlowClients clients = new SlowClients(LOOK)) {
      SlowClients.Answer answer = clients.watch(new Stuck());
      assertThrows(InterruptedIOException.class, () -> answer.write(1));
      answer.release();
    }
    assertFalse(Thread.interrupted());
  }

  @Test
  void leavesAloneWhoTakesIt() throws Exception {
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    try (SlowClients clients = new SlowClients(LOOK);
        SlowClients.Answer answer = clients.watch(taken)) {
      for (int i = 0; i < 1000; i++) {
        answer.write(i);
      }
    }
    assertEquals(1000, taken.size());
  }

  @Test
  void givesThePlaceOfTheQuietestFollowerAway() throws Exception {
    Followers followers = new Followers(2);
    Followers.Follower quiet;
    try (Followers.Follower first = followers.begin();
        Followers.Follower second = followers.begin()) {
      first.served();
      quiet = second;
      try (Followers.Follower third = followers.begin()) {
        assertTrue(quiet.awaitEnd(0));
        assertFalse(first.awaitEnd(0));
        assertFalse(third.awaitEnd(0));
      }
    }
  }
}
