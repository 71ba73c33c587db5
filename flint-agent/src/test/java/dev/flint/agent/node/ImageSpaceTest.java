package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageSpaceTest {
  @TempDir private Path folder;
  private final List<String> said = new ArrayList<>();
  private final FetchCount count = new FetchCount();

  private ImageSpace space(String script) {
    ChildProgram child =
        new ChildProgram(List.of("/bin/sh", "-c", script, "sh"), folder.resolve("images"));
    return new ImageSpace(child, folder, new ImageSpace.Rule(85, 80, 120), count, said::add);
  }

  @ParameterizedTest
  @CsvSource({
    "85, 80, 1000, 150, 0",
    "85, 80, 1000, 149, 51",
    "85, 80, 1000, 0, 200",
    "85, 80, 1000, 1000, 0",
    "85, 85, 1000, 149, 1",
    "0, 0, 1000, 999, 1",
    "100, 80, 1000, 0, 0",
    "85, 80, 0, 0, 0",
    "85, 80, 9000000000000000000, 0, 1800000000000000000"
  })
  void aboveTheHighMarkItWantsTheLowOne(int high, int low, long total, long usable, long excess) {
    assertEquals(excess, new ImageSpace.Rule(high, low, 0).excess(total, usable));
  }

  @ParameterizedTest
  @CsvSource({"85, 80, 50", "100, 80, 50", "85, 82, 30", "85, 85, 10"})
  void whoDoesNotKnowHowMuchItLacksGetsAFewPercent(int high, int low, long bytes) {
    assertEquals(bytes, new ImageSpace.Rule(high, low, 0).guess(1000));
  }

  @Test
  void saysOnceThatAFetchCannotHaveItsRoom() throws IOException {
    ImageSpace space = space("echo '{\"images\":0,\"bytes\":0,\"names\":[],\"possible\":30}'");
    space.collect(0, 800, List.of());
    space.collect(0, 800, List.of());
    assertEquals(
        List.of(
            "an image lacks 800 bytes of room, but all that is unused is 30 bytes: nothing is"
                + " removed for it"),
        said);
  }

  @Test
  void asksTheChildAndCountsWhatItDid() throws IOException {
    Path args = folder.resolve("args");
    ImageSpace space =
        space("echo \"$@\" >" + args + "; echo '{\"images\":2,\"bytes\":900,\"names\":[\"a\"]}'");
    space.collect(800, 70, List.of("lan.x/web:1"));
    assertEquals(
        "collect-images --state "
            + folder
            + " --free 800 --fetch 70 --min-age 120 --keep lan.x/web:1\n",
        Files.readString(args, StandardCharsets.UTF_8));
    assertEquals(2, count.totals().removedImages());
    assertEquals(900, count.totals().freedBytes());
    assertEquals(List.of("to make room, unused images were removed: 900 bytes, a"), said);
  }

  @Test
  void saysOnceThatNothingIsUnused() throws IOException {
    ImageSpace space = space("echo '{\"images\":0,\"bytes\":0,\"names\":[]}'");
    space.collect(800, 0, List.of());
    space.collect(800, 0, List.of());
    assertEquals(1, said.size());
    assertTrue(said.get(0).contains("800 bytes more should be free"), said::toString);
  }
}
