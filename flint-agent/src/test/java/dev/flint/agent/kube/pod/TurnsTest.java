package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TurnsTest {
  private final Turns turns = new Turns();
  private final Set<String> silent = new HashSet<>();
  private final List<String> taken = new ArrayList<>();

  /** Those that had their turn, in order; the round is over at one that gets no answer. */
  private String round(String... keys) {
    taken.clear();
    try {
      for (String key : keys) {
        turns.take(key, () -> ask(key));
      }
      turns.end();
      return String.join(" ", taken);
    } catch (IOException e) {
      return String.join(" ", taken) + " -";
    }
  }

  private void ask(String key) throws IOException {
    taken.add(key);
    if (silent.contains(key)) {
      throw new FlintException(ErrorCode.NETWORK, "no answer");
    }
  }

  @Test
  void theOrderIsThatOfTheRoundAsLongAsAllAreAnswered() {
    assertEquals("a b c", round("a", "b", "c"));
    assertEquals("a b c", round("a", "b", "c"));
  }

  @Test
  void whatIsNotAnsweredComesAfterAllOthers() {
    silent.addAll(List.of("a", "b"));
    assertEquals("a -", round("a", "b", "c"));
    assertEquals("b -", round("a", "b", "c"));
    assertEquals("c a -", round("a", "b", "c"));
    assertEquals("c d b -", round("a", "b", "c", "d"));
    silent.clear();
    assertEquals("c a b", round("a", "b", "c"));
    assertEquals("a b c", round("a", "b", "c"));
  }

  @Test
  void whatIsGoneIsForgotten() {
    silent.add("a");
    assertEquals("a -", round("a", "b"));
    assertEquals("b", round("b"));
    silent.clear();
    assertEquals("a b", round("a", "b"));
  }
}
