package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rounds of requests, of which one after another is made until the server answers nobody. That may
 * be the matter of one request only, which is never answered: so from then on it comes after all
 * others. Confined to one thread.
 */
final class Turns {
  /** At which rounds have ended, in the order in which they come. */
  private final Set<String> last = new LinkedHashSet<>();

  /** Those of them that this round still has. */
  private final Map<String, Turn> waiting = new LinkedHashMap<>();

  /** A request, or several. */
  interface Turn {
    void take() throws IOException;
  }

  /**
   * Takes a turn, now or at the end of the round.
   *
   * @param key the same in each round
   * @throws IOException if the round is over
   */
  void take(String key, Turn turn) throws IOException {
    if (last.contains(key)) {
      waiting.put(key, turn);
    } else {
      attempt(key, turn);
    }
  }

  /**
   * Ends the round.
   *
   * @throws IOException if it is over before all had their turn
   */
  void end() throws IOException {
    for (String key : List.copyOf(last)) {
      Turn turn = waiting.remove(key);
      // What has no turn any more is gone.
      last.remove(key);
      if (turn != null) {
        attempt(key, turn);
      }
    }
  }

  private void attempt(String key, Turn turn) throws IOException {
    try {
      turn.take();
    } catch (FlintException e) {
      if (ApiFailure.isAboutAll(e)) {
        last.add(key);
        waiting.clear();
      }
      throw e;
    }
  }
}
