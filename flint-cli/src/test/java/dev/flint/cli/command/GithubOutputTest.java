package dev.flint.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GithubOutputTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"v\nother=1", "v\rother=1", "\n"})
  void noValueCanSetAnotherOutput(String value) {
    GithubOutput output = new GithubOutput();
    assertThrows(IllegalArgumentException.class, () -> output.with("name", value));
    assertEquals("", output.toString());
  }

  @Test
  void standsOnALineOfItsOwn() throws IOException {
    Path file = folder.resolve("outputs");
    for (String name : new String[] {"first", "second"}) {
      new GithubOutput().with(name, "1").appendTo(file);
    }
    assertEquals("first=1\nsecond=1\n", Files.readString(file));
    Files.writeString(file, "open");
    new GithubOutput().with("third", "1").appendTo(file);
    assertEquals("open\nthird=1\n", Files.readString(file));
  }
}
