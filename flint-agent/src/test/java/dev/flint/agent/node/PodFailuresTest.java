package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.pod.run.PodFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PodFailuresTest {
  private static final PodFailure LATE = new PodFailure("DeadlineExceeded", "it took too long");

  @TempDir private Path folder;
  private final List<String> said = new ArrayList<>();

  private PodFailures failures() {
    return new PodFailures(folder.resolve("failures"), said::add);
  }

  @Test
  void keepsThemForAgentsToCome() throws IOException {
    assertEquals(Optional.empty(), failures().find("one"));
    failures().keepOnly(Set.of());
    failures().keep("one", LATE);
    failures().keep("two", LATE);
    failures().keep("three", LATE);
    assertEquals(Optional.of(LATE), failures().find("one"));
    failures().remove("one");
    failures().remove("none");
    failures().keepOnly(Set.of("one", "two"));
    assertEquals(Optional.empty(), failures().find("one"));
    assertEquals(Optional.of(LATE), failures().find("two"));
    assertEquals(Optional.empty(), failures().find("three"));
    assertEquals(List.of(), said);
  }

  @Test
  void saysWhatCannotBeReadOrKept() throws IOException {
    Files.createDirectories(folder.resolve("failures/one"));
    failures().keep("one", LATE);
    assertEquals(Optional.empty(), failures().find("one"));
    assertEquals(2, said.size(), said::toString);
  }
}
