package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flint import --rewrite}: a compressed qcow2 becomes one that updates can share. */
class RewriteIT {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private Cli user = new Cli(Path.of(""));
  private Path first = Path.of("");
  private Path second = Path.of("");

  @BeforeEach
  void makeTwoVersions() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    byte[] disk = new byte[8 * MIB];
    byte[] words = new byte[4 * MIB];
    new Random(11).nextBytes(words);
    // Of few letters, so that it compresses; the rest of the disk stays empty.
    for (int i = 0; i < words.length; i++) {
      disk[MIB + i] = (byte) ('a' + (words[i] & 15));
    }
    first = compressed(disk, "web1");
    byte[] inserted = disk.clone();
    System.arraycopy(disk, MIB, inserted, MIB + 4096, words.length);
    second = compressed(inserted, "web2");
  }

  private Path compressed(byte[] disk, String name) throws IOException {
    Path raw = Files.write(folder.resolve(name + ".raw"), disk);
    Path qcow2 = folder.resolve(name + ".qcow2");
    Command.run("qemu-img", "convert", "-c", "-f", "raw", "-O", "qcow2", raw, qcow2).ok();
    return qcow2;
  }

  private Cli.Result imported(Path disk, String reference, String... options) {
    String[] words = new String[options.length + 4];
    words[0] = "import";
    words[1] = "--disk";
    words[2] = disk.toString();
    words[3] = reference;
    System.arraycopy(options, 0, words, 4, options.length);
    return user.run(words);
  }

  private long shared(String a, String b) throws IOException {
    byte[] json = user.run("diff", a, b, "--json").ok().getBytes(StandardCharsets.UTF_8);
    return JsonObject.parse(json, "output")
        .object("shared")
        .orElseThrow()
        .integer("bytes")
        .orElseThrow();
  }

  @Test
  void theGuestSeesTheSameDisk() throws IOException {
    imported(first, "web:1", "--rewrite").ok();
    Path out = folder.resolve("out.qcow2");
    user.run("unpack", "web:1", "--to", out.toString()).ok();
    Command.run("qemu-img", "compare", first, out).ok();
    Command.run("qemu-img", "check", out).ok();
    String map = Command.run("qemu-img", "map", "--output=json", out).ok().out();
    assertFalse(map.contains("\"compressed\": true"), map);
  }

  @Test
  void versionsShareWhatTheirCompressedDisksDoNot() throws IOException {
    imported(first, "plain:1").ok();
    imported(second, "plain:2").ok();
    imported(first, "web:1", "--rewrite").ok();
    imported(second, "web:2", "--rewrite").ok();
    long plain = shared("plain:1", "plain:2");
    long rewritten = shared("web:1", "web:2");
    assertTrue(rewritten > 3 * MIB, "shared after the rewrite: " + rewritten);
    assertTrue(plain < MIB, "shared without: " + plain);
  }

  @Test
  void theSameDiskGivesTheSameImage() {
    String once = imported(first, "web:1", "--rewrite").ok();
    assertEquals(once, imported(first, "web:1", "--rewrite").ok());
  }

  @Test
  void saysThatCompressedClustersCannotBeSharedUnlessTheyAreRewritten() {
    assertTrue(imported(first, "web:1").err().contains("--rewrite imports it without them"));
    assertFalse(imported(first, "web:1", "--rewrite").err().contains("--rewrite"));
  }
}
