package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a list of images keeps for the next one: it may save time, and never change what is told.
 */
class KnownImagesTest {
  @TempDir Path folder;
  private Cli user;
  private Path known;
  private String listed = "";

  @BeforeEach
  void listOnce() throws Exception {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    Path disk = folder.resolve("disk.raw");
    DemoGuest.writeRaw(disk, "/hello.so");
    user.run("import", "--disk", disk.toString(), "reg.lan/x:1").ok();
    user.run("tag", "reg.lan/x:1", "reg.lan/x:2").ok();
    listed = user.run("images").ok();
    known = user.store().resolve(".flint/images");
  }

  private Path blob(String member) throws Exception {
    Path blobs = user.store().resolve("blobs/sha256");
    String manifest = user.run("-q", "inspect", "reg.lan/x:1").ok();
    Path file = blobs.resolve(manifest.substring(manifest.lastIndexOf(':') + 1));
    if (member.isEmpty()) {
      return file;
    }
    String json = Files.readString(file);
    int at = json.indexOf("sha256:", json.indexOf(member)) + "sha256:".length();
    return blobs.resolve(json.substring(at, at + 64));
  }

  @Test
  void opensNothingTwice() throws Exception {
    assertTrue(Files.isRegularFile(known));
    Files.delete(blob("\"config\""));
    assertEquals(listed, user.run("images").ok());
    Files.delete(known);
    assertFalse(user.run("images").ok().contains("reg.lan/x"));
  }

  @Test
  void noticesEveryChangeOfTheIndex() throws Exception {
    Path index = user.store().resolve("index.json");
    String before = Files.readString(index);
    // As long as before, and of the same time.
    FileTime time = Files.getLastModifiedTime(index);
    Files.writeString(index, before.replace("reg.lan/x:2", "reg.lan/a:2"));
    Files.setLastModifiedTime(index, time);
    String changed = user.run("images").ok();
    assertTrue(changed.indexOf("reg.lan/a:2") < changed.indexOf("reg.lan/x:1"), changed);
    assertFalse(changed.contains("reg.lan/x:2"), changed);
    assertEquals(changed, user.run("images").ok());
    Files.writeString(index, before);
    assertEquals(listed, user.run("images").ok());
  }

  /** Of another index no name is taken over, of an image whose name is not plain the facts are. */
  @Test
  void keepsNoListWithAnUnusualName() throws Exception {
    Path index = user.store().resolve("index.json");
    Files.writeString(index, Files.readString(index).replace("x:2", "\u00e4\\t\u202e"));
    String first = user.run("images").ok();
    assertTrue(first.contains("reg.lan/\u00e4"), first);
    Files.delete(blob("\"config\""));
    assertEquals(first, user.run("images").ok());
  }

  @Test
  void tellsAgainWhatCannotBeRead() throws Exception {
    Path index = user.store().resolve("index.json");
    String json = Files.readString(index);
    String entry = json.substring(json.indexOf("[{") + 1, json.indexOf("},{") + 1);
    String lost = entry.replaceAll("sha256:[0-9a-f]{4}", "sha256:0000").replace("x:1", "x:0");
    Files.writeString(index, json.replace("[{", "[" + lost + ",{"));
    for (int i = 0; i < 2; i++) {
      Cli.Result result = user.run("images");
      assertEquals(listed.strip(), result.out().strip());
      assertTrue(result.err().contains("image reg.lan/x:0: blob "), result.err());
    }
  }

  @Test
  void tellsThatAnImageWasLost() throws Exception {
    Files.delete(blob(""));
    Cli.Result result = user.run("images");
    assertFalse(result.out().contains("reg.lan/x"), result.out());
    assertTrue(result.err().contains("image reg.lan/x:1: blob "), result.err());
  }

  @Test
  void writesOnlyWhatIsNew() throws Exception {
    Object before = Files.readAttributes(known, "unix:ino").get("ino");
    user.run("images").ok();
    assertEquals(before, Files.readAttributes(known, "unix:ino").get("ino"));
  }

  @Test
  void forgetsWhatIsGone() throws Exception {
    byte[] content = Files.readAllBytes(known);
    Path other = folder.resolve("other.raw");
    DemoGuest.writeRaw(other, "/other.so");
    user.run("rmi", "reg.lan/x:1").ok();
    user.run("rmi", "reg.lan/x:2").ok();
    user.run("import", "--disk", other.toString(), "reg.lan/y:1").ok();
    user.run("tag", "reg.lan/y:1", "reg.lan/y:2").ok();
    user.run("images").ok();
    assertTrue(Math.abs(content.length - Files.size(known)) < 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\t0\n", "", "flint-images 2 dev 0\n", "\u0000\u0000\u0000\n\n"})
  void believesNothingButWhatItWrote(String end) throws Exception {
    String text = Files.readString(known);
    int last = text.lastIndexOf('\t');
    Files.writeString(known, end.startsWith("\t") ? text.substring(0, last) + end : end);
    assertEquals(listed, user.run("images").ok());
    assertEquals(text, Files.readString(known));
  }

  @Test
  void believesNoOtherVersion() throws Exception {
    String text = Files.readString(known);
    Files.writeString(known, text.replaceFirst(" dev ", " 0.0.1 ").replace("osv", "eee"));
    assertEquals(listed, user.run("images").ok());
    assertEquals(text, Files.readString(known));
  }

  @Test
  void followsNoLink() throws Exception {
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(known, elsewhere);
    byte[] before = Files.readAllBytes(elsewhere);
    Files.createSymbolicLink(known, elsewhere);
    assertEquals(listed, user.run("images").ok());
    assertFalse(Files.isSymbolicLink(known));
    assertEquals(Digest.sha256(before), Digest.sha256(Files.readAllBytes(elsewhere)));
  }

  @Test
  void doesWithoutWhereItCannotBeWritten() throws Exception {
    Files.delete(known);
    Files.createDirectories(known.resolve("in-the-way"));
    assertEquals(listed, user.run("images").ok());
    assertTrue(Files.isDirectory(known.resolve("in-the-way")));
  }
}
