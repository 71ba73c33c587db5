package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.console.Console;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.store.OciLayout;
import dev.flint.registry.server.RegistryServer;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands do beside the main road. */
class CommandsTest {
  @TempDir Path folder;
  private Cli user;
  private Path disk;

  @BeforeEach
  void user() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    disk = folder.resolve("disk.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
  }

  private RegistryServer registry() throws IOException {
    return RegistryServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("registry"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--bogus",
        "--port 0",
        "--port 99999",
        "--memory none",
        "--cpus 0",
        "--env 1NAME=x",
        "--created yesterday",
        "--arch z80",
        "--label feather.backend=evil",
        "--annotation feather.runtime=evil",
        "--label dev.flint.disk.digest=evil",
        "more"
      })
  void wrongUsageIsToldBeforeAnythingIsTouched(String options) {
    String[] words = ("import --disk " + disk + " x:1 " + options).split(" ", -1);
    user.run(words).fails(2);
    assertFalse(Files.exists(user.store()));
  }

  @Test
  void optionsLandInTheConfig() {
    user.run(
            "import",
            "--disk",
            disk.toString(),
            "x:1",
            "-m",
            "2g",
            "--cpus",
            "3",
            "--port",
            "53/udp",
            "-e",
            "A=b=c",
            "-w",
            "/srv",
            "--label",
            "k=v",
            "--annotation",
            "n=o",
            "--created",
            "2026-01-31T12:00:00Z",
            "--cmd",
            "/other  one",
            "--arch",
            "arm64")
        .ok();
    String json = user.run("inspect", "x:1", "--json").ok();
    for (String expected :
        new String[] {
          "\"feather.memory\" : \"2048\"",
          "\"feather.cpus\" : \"3\"",
          "\"53/udp\"",
          "\"A=b=c\"",
          "\"/srv\"",
          "\"k\" : \"v\"",
          "\"n\" : \"o\"",
          "2026-01-31T12:00:00Z",
          "[ \"/other\", \"\", \"one\" ]",
          "\"linux/arm64\""
        }) {
      assertTrue(json.contains(expected), expected + " is missing in " + json);
    }
  }

  @Test
  void theSameDiskGivesTheSameDigestInAnotherPlace() {
    String first = user.run("import", "--disk", disk.toString(), "x:1").ok();
    Cli other = new Cli(folder.resolve("other"));
    assertEquals(first, other.run("import", "--disk", disk.toString(), "x:1").ok());
    other.with("SOURCE_DATE_EPOCH", "86400");
    String later = other.run("import", "--disk", disk.toString(), "x:1").ok();
    assertFalse(first.equals(later), later);
  }

  @Test
  void whoAsksForAPlatformByNameGetsNoOther() throws IOException {
    try (RegistryServer registry = registry()) {
      String reference = "localhost:" + registry.address().getPort() + "/x:1";
      user.run("import", "--disk", disk.toString(), reference, "--arch", "amd64").ok();
      user.run("push", reference).ok();
      user.run("inspect", reference, "--platform", "linux/arm64").fails(4);
      user.run("inspect", reference, "--platform", "linux/amd64").ok();
      Cli device = new Cli(folder.resolve("device"));
      device.run("pull", reference, "--platform", "linux/arm64").fails(4);
      device.run("pull", reference, "--platform", "linux/amd64").ok();
    }
  }

  @Test
  void aDamagedBlobIsRemovedOnUseAndFetchedByTheNextPull() throws IOException {
    try (RegistryServer registry = registry()) {
      String reference = "localhost:" + registry.address().getPort() + "/x:1";
      user.run("import", "--disk", disk.toString(), reference).ok();
      user.run("push", reference).ok();
      Path blob = largestBlob();
      byte[] bytes = Files.readAllBytes(blob);
      bytes[bytes.length / 2] ^= 1;
      Files.write(blob, bytes);
      Path out = folder.resolve("out");
      String error = user.run("unpack", reference, "--to", out.toString()).fails(8).err();
      assertTrue(error.contains("was removed"), error);
      user.run("unpack", reference, "--to", out.toString()).fails(4);
      user.run("pull", reference).ok();
      user.run("unpack", reference, "--to", out.toString()).ok();
      assertEquals(-1, Files.mismatch(disk, out));
    }
  }

  private Path largestBlob() throws IOException {
    String json = user.run("images", "--json").ok();
    try (OciLayout store = OciLayout.openOrCreate(user.store())) {
      Descriptor entry = store.index().entries().get(0);
      assertTrue(json.contains(entry.digest().toString()), json);
      String layer = store.document(entry).json().objects("layers").get(0).requiredString("digest");
      return user.store().resolve("blobs/sha256").resolve(Digest.parse(layer).encoded());
    }
  }

  @Test
  void aNameThatAnotherToolGaveWithoutATagCanBeUsed() throws IOException {
    user.run("import", "--disk", disk.toString(), "x:1").ok();
    try (OciLayout store = OciLayout.openOrCreate(user.store())) {
      store.tag("foreign", store.index().entries().get(0));
    }
    user.run("inspect", "foreign").ok();
    assertEquals("foreign", user.run("rmi", "foreign").ok());
    user.run("rmi", "foreign").fails(4);
  }

  @Test
  void removingTheLastNameRemovesTheBlobs() throws IOException {
    user.run("import", "--disk", disk.toString(), "x:1").ok();
    Path blob = largestBlob();
    user.run("tag", "x:1", "y:2").ok();
    user.run("rmi", "x:1").ok();
    assertTrue(Files.exists(blob));
    user.run("rmi", "y:2").ok();
    assertFalse(Files.exists(blob));
  }

  @Test
  void aMovedNameDoesNotLeaveItsOldImageBehind() throws IOException {
    user.run("import", "--disk", disk.toString(), "x:1").ok();
    Path old = largestBlob();
    Path other = folder.resolve("other.qcow2");
    DemoGuest.writeQcow2(other, "/another.so");
    user.run("import", "--disk", other.toString(), "x:1").ok();
    assertFalse(Files.exists(old));
    user.run("unpack", "x:1", "--to", folder.resolve("out").toString()).ok();
    assertEquals(-1, Files.mismatch(other, folder.resolve("out")));
  }

  @Test
  void whatCouldNotBeRemovedGoesWithTheNextRemoval() throws IOException {
    user.run("import", "--disk", disk.toString(), "x:1").ok();
    Path blob = largestBlob();
    try (OciLayout store = OciLayout.openOrCreate(user.store());
        OciLayout.Use use = store.use()) {
      assertEquals("x:1", user.run("rmi", "x:1").ok());
      assertTrue(Files.exists(blob));
      assertFalse(user.run("images").ok().contains("none"));
    }
    user.run("import", "--disk", disk.toString(), "y:1").ok();
    user.run("rmi", "y:1").ok();
    assertFalse(Files.exists(blob));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://bob:s3cret@r.io/x", "bob:pa@s3cret@r.io/x", "bob:s3cret@r.io/x:1"})
  void aPasswordInAReferenceIsNotRepeated(String reference) {
    assertFalse(user.run("pull", reference).fails(2).err().contains("s3cret"));
  }

  /** Other tools mean standard output by it, and none of them makes a file of that name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "unpack x:1 --to -",
        "pull localhost:1/x:1 --unpack --to -",
        "convert disk.raw -",
        "compose folder --to -",
      })
  void noDiskGoesToStandardOutput(String line) {
    String error = user.run(line.split(" ")).fails(2).err();
    assertTrue(error.contains("disks do not go to standard output; name a file"), error);
  }

  /** E24: a place where nobody may make files, not even root. */
  @Test
  void aFolderThatCannotBeWrittenToIsALocalFailure() {
    user.run("import", "--disk", disk.toString(), "x:1").ok();
    user.run("unpack", "x:1", "--to", "/sys/kernel/flint-disk").fails(3);
    user.run("unpack", "x:1", "--to", "/sys/kernel/flint-disk", "--force").fails(3);
  }

  @Test
  void aNameTooLongForAReferenceIsWrongUsage() throws IOException {
    user.addToCapstan("A".repeat(90), disk, ".qemu");
    user.run("import", "A".repeat(90)).fails(2);
    user.run("import", "A".repeat(90), "x:1").ok();
  }

  @Test
  void aPipeIsNoDisk() {
    Path pipe = folder.resolve("pipe");
    Command.run("mkfifo", pipe).ok();
    user.run("import", "--disk", pipe.toString(), "x:1").fails(9);
    user.run("import", "--disk", folder.toString(), "x:1").fails(9);
    user.run("import", "--disk", folder.resolve("none").toString(), "x:1").fails(4);
  }

  @Test
  void aResultThatCannotBeWrittenIsAFailure() {
    PrintStream full =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("No space left on device");
              }
            },
            true,
            StandardCharsets.UTF_8);
    PrintStream quiet =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Map<String, String> env = Map.of("FLINT_HOME", folder.resolve("home").toString());
    assertEquals(3, Flint.run(new Console(full, quiet, false, 80), env, "images", "--json"));
  }

  @Test
  void anEmbeddedRegistrySurvivesTheRemovalOfARepositorysFolder() throws IOException {
    try (RegistryServer registry = registry()) {
      String reference = "localhost:" + registry.address().getPort() + "/gone/x:1";
      user.run("import", "--disk", disk.toString(), reference).ok();
      user.run("push", reference).ok();
      Command.run("rm", "-rf", folder.resolve("registry/gone")).ok();
      user.run("push", reference).ok();
      new Cli(folder.resolve("device")).run("pull", reference).ok();
    }
  }

  @Test
  void controlCharactersNeverReachTheTerminal() {
    user.run("import", "--disk", disk.toString(), "x:1", "--annotation", "k=\u001b[31mred\u202e")
        .ok();
    String shown = user.run("inspect", "x:1").ok();
    assertTrue(shown.contains("k=\\u{1b}[31mred\\u{202e}"), shown);
    assertFalse(shown.contains("\u001b"), shown);
    String json = user.run("inspect", "x:1", "--json").ok();
    assertTrue(json.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), json);
  }

  @Test
  void helpAndVersionGoToStandardOutput() {
    assertTrue(user.run("--help").ok().contains("import"));
    assertTrue(user.run().ok().contains("Build:"));
    assertTrue(user.run("help", "registry", "serve").ok().contains("--listen"));
    assertTrue(user.run("--version").ok().startsWith("flint "));
    user.run("help", "bogus").fails(2);
  }
}
