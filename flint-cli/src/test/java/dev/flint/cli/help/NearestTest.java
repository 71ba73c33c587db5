package dev.flint.cli.help;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> WORDS =
      List.of("push", "pull", "ps", "images", "import", "stop", "stats", "tag", "tags");

  @Test
  void aSlipIsALetterMissingTooMuchAnotherOrTwoInEachOthersPlace() {
    assertEquals(List.of("pull"), Nearest.to("pul", WORDS));
    assertEquals(List.of("pull"), Nearest.to("pulll", WORDS));
    assertEquals(List.of("pull"), Nearest.to("pukl", WORDS));
    assertEquals(List.of("pull"), Nearest.to("plul", WORDS));
    assertEquals(List.of("images"), Nearest.to("imagse", WORDS));
  }

  @Test
  void aBeginningIsEnough() {
    assertEquals(List.of("import"), Nearest.to("imp", WORDS));
    assertEquals(List.of("images", "import"), Nearest.to("im", WORDS));
  }

  @Test
  void onlyTheNearestAreNamedAndNoneThatIsFar() {
    assertEquals(List.of("tag"), Nearest.to("tga", WORDS));
    assertEquals(List.of(), Nearest.to("frobnicate", WORDS));
    assertEquals(List.of(), Nearest.to("", WORDS));
  }

  @Test
  void capitalsAreNoSlip() {
    assertEquals(List.of("images"), Nearest.to("IMAGES", WORDS));
  }
}
