package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FollowersTest {
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
