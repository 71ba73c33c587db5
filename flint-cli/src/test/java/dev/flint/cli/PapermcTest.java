package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The import command of examples/papermc, on a disk that stands in for the user's own. */
class PapermcTest {
  @TempDir Path folder;

  @Test
  void theExamplesImportCommandMakesAnImageWithPortAndHints() throws IOException {
    Path readme = Path.of("../examples/papermc/README.md");
    String text = Files.readString(readme, StandardCharsets.UTF_8).replace("\\\n", " ");
    Matcher matcher =
        Pattern.compile("(?m)^ *(?:\\./|\\.\\./\\.\\./)?flint (import .*)$").matcher(text);
    assertTrue(matcher.find(), "no import command in " + readme);
    List<String> words = List.of(matcher.group(1).strip().split("\\s+"));

    Cli user = new Cli(folder);
    Path disk = folder.resolve("disk");
    DemoGuest.writeQcow2(disk, "java.so -jar /paper.jar nogui");
    user.addToCapstan("papermc", disk, ".qemu");
    String imported = user.run(words.toArray(String[]::new)).ok();

    String reference = imported.substring(0, imported.indexOf('@'));
    String inspected = user.run("inspect", reference).ok();
    assertTrue(inspected.contains("Ports:       25565/tcp"), inspected);
    assertTrue(inspected.contains("Memory:      2048 MiB"), inspected);
    assertTrue(inspected.contains("CPUs:        2"), inspected);
    assertEquals(
        "java.so -jar /paper.jar nogui", inspected.replaceAll("(?s).*Command: +([^\n]*).*", "$1"));
  }
}
