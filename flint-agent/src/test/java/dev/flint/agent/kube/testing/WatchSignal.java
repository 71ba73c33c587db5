package dev.flint.agent.kube.testing;

import java.nio.charset.StandardCharsets;

/** What a watch is to do next. */
sealed interface WatchSignal {
  /** Send an event. */
  record Event(String type, String object) implements WatchSignal {
    byte[] line() {
      return ("{\"type\":\"" + type + "\",\"object\":" + object + "}\n")
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Send an event of so many bytes, on one line. */
  record Huge(long bytes) implements WatchSignal {}

  /** End as when the time is over. */
  record End() implements WatchSignal {}

  /** Send half an event and hang up. */
  record Cut() implements WatchSignal {}
}
