package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code flint diff} as a user types it. */
class DiffTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private Cli user = new Cli(Path.of(""));
  private String first = "";
  private String second = "";

  @BeforeEach
  void makeTwoVersions() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    byte[] disk = new byte[4 * MIB];
    new Random(5).nextBytes(disk);
    first = Files.write(folder.resolve("web1.raw"), disk).toString();
    disk[3 * MIB] ^= 1;
    second = Files.write(folder.resolve("web2.raw"), disk).toString();
  }

  private void importBoth() {
    user.run("import", "--disk", first, "web:1").ok();
    user.run("import", "--disk", second, "web:2").ok();
  }

  private JsonObject diff(String a, String b) throws IOException {
    String json = user.run("diff", a, b, "--json").ok();
    assertEquals(json, user.run("diff", a, b, "-o", "json").ok());
    JsonObject diff = JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "output");
    assertEquals(a, diff.requiredString("a"));
    assertEquals(b, diff.requiredString("b"));
    return diff;
  }

  private static long number(JsonObject diff, String part, String member) throws IOException {
    return diff.object(part).orElseThrow().integer(member).orElseThrow();
  }

  @Test
  void comparesFilesAndImagesInAnyMixture() throws IOException {
    importBoth();
    JsonObject files = diff(first, second);
    assertEquals(1, number(files, "onlyA", "chunks"));
    assertEquals(1, number(files, "onlyB", "chunks"));
    assertEquals(4 * MIB, number(files, "shared", "bytes") + number(files, "onlyB", "bytes"));
    long missing = number(files, "onlyB", "bytes");
    assertTrue(number(files, "download", "bytes") >= missing, "noise grows when it is compressed");
    assertTrue(files.object("download").orElseThrow().integer("wholeBytes").isEmpty());
    for (JsonObject mixed : new JsonObject[] {diff("web:1", "web:2"), diff(first, "web:2")}) {
      assertEquals(files.object("shared"), mixed.object("shared"));
      assertEquals(files.object("onlyA"), mixed.object("onlyA"));
      assertEquals(files.object("onlyB"), mixed.object("onlyB"));
      assertTrue(number(mixed, "download", "wholeBytes") > 4 * MIB);
      assertTrue(number(mixed, "download", "bytes") < 4 * MIB);
      assertTrue(number(mixed, "download", "requests") <= 4);
    }
    assertEquals(files.object("download"), diff("web:1", second).object("download"));
  }

  @Test
  void printsATable() {
    importBoth();
    String[] lines = user.run("diff", "web:1", "web:2").ok().split("\n", -1);
    assertEquals("CHUNKS   BYTES", lines[0].strip());
    assertTrue(lines[1].matches("in both +[0-9]+ +3[.][0-9] MiB"), lines[1]);
    assertTrue(lines[2].startsWith("only in A   1        "), lines[2]);
    assertTrue(lines[3].startsWith("only in B   1        "), lines[3]);
    assertEquals("", lines[4]);
    assertTrue(
        lines[5].matches(
            "A device that has A downloads [0-9.]+ [KM]iB of 4[.]0 MiB"
                + " [(][0-9.]+ %[)] in [0-9] requests for B[.]"),
        lines[5]);
    assertEquals(6, lines.length);
    assertTrue(user.run("diff", "web:1", second).ok().contains(" downloads about "));
  }

  @Test
  void theSpellingSaysWhatIsMeant() throws IOException {
    user.run("diff", "web1.raw", second).fails(4);
    user.run("diff", "./web", second).fails(4);
    String error = user.run("diff", "web", second).fails(4).err();
    assertTrue(error.contains("image web:latest") || error.contains("image web "), error);
    Path link = Files.createSymbolicLink(folder.resolve("disk"), Path.of(second));
    assertEquals(0, number(diff(second, link.toString()), "onlyB", "chunks"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "web:1", "web:1 Not/AnImage", "web:1 web:2 web:3"})
  void wrongUsageIsToldBeforeAnythingIsTouched(String words) {
    user.run(("diff " + words).strip().split(" ", -1)).fails(2);
    assertFalse(Files.exists(user.store()));
  }
}
