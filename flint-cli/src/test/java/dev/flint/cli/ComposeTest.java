package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.command.ComposeCommand;
import dev.flint.cli.command.ConvertCommand;
import dev.flint.cli.demo.DemoGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

/** The words of {@code flint compose}. */
class ComposeTest {
  @TempDir Path home;
  private Cli cli;
  private Path folder;
  private Path loader;

  @BeforeEach
  void prepare() throws IOException {
    cli = new Cli(home);
    folder = Files.createDirectory(home.resolve("folder"));
    Files.writeString(folder.resolve("app"), "a");
    loader = home.resolve("loader.raw");
    DemoGuest.writeRaw(loader, "/old");
  }

  private Cli.Result compose(String... words) {
    List<String> all = new ArrayList<>(List.of("compose", "--loader", loader.toString()));
    all.addAll(List.of(words));
    return cli.run(all.toArray(new String[0]));
  }

  @Test
  void tellsWhatItMade() throws Exception {
    Path disk = home.resolve("disk.qcow2");
    String json =
        compose(folder.toString(), "--cmd", "/app", "--to", disk.toString(), "--json").ok();
    assertTrue(json.contains("\"commandLine\" : \"/app\""), json);
    assertTrue(json.contains("\"virtualSize\" : 2098688"), json);
    assertTrue(json.contains("\"fileSize\" : " + Files.size(disk)), json);
  }

  @Test
  void replacesOnlyByForce() {
    String disk = home.resolve("disk.qcow2").toString();
    compose(folder.toString(), "--cmd", "/app", "--to", disk).ok();
    compose("-q", folder.toString(), "--cmd", "/app", "--to", disk).fails(3);
    compose(folder.toString(), "--cmd", "/app", "--to", disk, "--force").ok();
  }

  @Test
  void aDiskInItsOwnFolderIsTheSameTheNextTime() throws Exception {
    Path disk = folder.resolve("disk.qcow2");
    compose(folder.toString(), "--cmd", "/app", "--to", disk.toString()).ok();
    byte[] first = Files.readAllBytes(disk);
    compose(folder.toString(), "--cmd", "/app", "--to", disk.toString(), "--force").ok();
    assertEquals(first.length, Files.size(disk));
  }

  @Test
  void aCapstanfileStartsFromItsBase() throws Exception {
    Files.writeString(
        folder.resolve("Capstanfile"), "base: my/base\ncmdline: /new\nfiles: {/app: app}\n");
    Path base = home.resolve("base.qcow2");
    Path root = Files.createDirectory(home.resolve("root"));
    Files.writeString(root.resolve("kept"), "k");
    compose("--root", root.toString(), "--cmd", "/old", "--to", base.toString()).ok();
    cli.addToCapstan("my/base", base, ".qemu");
    String json =
        cli.run("compose", folder.toString(), "--to-capstan", "my/app", "-o", "json").ok();
    assertTrue(json.contains("\"commandLine\" : \"/new\""), json);
    // Superblock, two files, tables.
    assertTrue(json.contains("\"virtualSize\" : " + ((2 << 20) + 4 * 512)), json);
    assertTrue(Files.exists(cli.capstanImage("my/app").resolve("app.qemu")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "FOLDER --cmd /a --run b",
        "FOLDER --cmd /a --to x.raw --to-format raw -c",
        "FOLDER --cmd /a --to-format raw",
        "FOLDER --cmd /a",
        "FOLDER --to x.qcow2",
        "FOLDER --cmd /a --to-capstan ../x",
        "FOLDER --cmd /a --to x.qcow2 --to-capstan x",
      })
  void refusesWhatMakesNoSense(String words) {
    String[] split =
        words.isEmpty() ? new String[0] : words.replace("FOLDER", folder.toString()).split(" ", -1);
    assertEquals(2, compose(split).exit());
    assertFalse(Files.exists(Path.of("x.qcow2")));
  }

  @ParameterizedTest
  @ValueSource(classes = {ComposeCommand.class, ConvertCommand.class})
  void footersFitATerminal(Class<?> command) {
    for (String line : Objects.requireNonNull(command.getAnnotation(Command.class)).footer()) {
      assertTrue(line.length() <= 78, line);
    }
  }

  @Test
  void aLoaderThatIsNotThereIsNotFound() {
    String to = home.resolve("x").toString();
    String dir = folder.toString();
    Cli.Result none = cli.run("-q", "compose", dir, "--cmd", "/a", "--to", to);
    none.fails(4);
    assertTrue(none.err().contains("--loader FILE"), none.err());
    assertFalse(none.err().contains("flint import"), none.err());
    cli.run("-q", "compose", dir, "--cmd", "/a", "--to", to, "--loader", "./none").fails(4);
    cli.run("-q", "compose", dir, "--cmd", "/a", "--to", to, "--loader", dir + "/app").fails(9);
  }
}
