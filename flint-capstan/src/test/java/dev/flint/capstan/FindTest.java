package dev.flint.capstan;

import static dev.flint.capstan.RepositoryFixture.bootDisk;
import static dev.flint.capstan.RepositoryFixture.refuses;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FindTest {
  private static final CapstanName WEB = CapstanName.parse("ns/web");

  @TempDir Path folder;
  private RepositoryFixture fixture;

  @BeforeEach
  void makeRoot() {
    fixture = new RepositoryFixture(folder.resolve("root"));
  }

  private CapstanDisk find(String name) throws IOException {
    return fixture.open().find(CapstanName.parse(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"web.qemu", "web.raw", "web.vmware", "web", "other.img", "web.qemu.x64"})
  void findsADiskByContentWhateverItsName(String file) throws Exception {
    Path disk = fixture.file("ns/web/" + file, bootDisk(""));
    fixture.file("ns/web/index.yaml", "version: 7\n".getBytes(UTF_8));
    fixture.file("ns/web/web.qemu.cache", bootDisk(""));
    fixture.file("ns/web/.hidden", bootDisk(""));
    fixture.file("ns/web/notes.txt", "text".getBytes(UTF_8));
    fixture.file("ns/web/sub/sub.qemu", bootDisk(""));

    CapstanDisk found = find("ns/web");

    assertEquals(disk.toRealPath(), found.file());
    assertEquals(WEB, found.name());
    assertEquals(DiskFormat.RAW, found.info().format());
    assertEquals("7", found.index().version());
    assertEquals("", found.note());
  }

  @Test
  void findsAQcow2ThatQemuMade() throws Exception {
    Files.createDirectories(fixture.at("web"));
    Command.run("qemu-img", "create", "-q", "-f", "qcow2", fixture.at("web/web.qemu"), "1M").ok();
    assertEquals(DiskFormat.QCOW2, find("web").info().format());
  }

  @Test
  void saysWhenThereIsNoRepository() {
    FlintException e = refuses(ErrorCode.NOT_FOUND, () -> find("web"));
    assertTrue(String.valueOf(e.getMessage()).contains("root/repository"), e.getMessage());
    assertTrue(e.remedy().contains("--disk"), e.remedy());
  }

  @Test
  void saysWhenThereIsNoSuchImage() throws Exception {
    fixture.file("ns/web/web.qemu", bootDisk(""));
    FlintException e = refuses(ErrorCode.NOT_FOUND, () -> find("ns/app"));
    assertTrue(String.valueOf(e.getMessage()).contains("ns/app"), e.getMessage());
    refuses(ErrorCode.NOT_FOUND, () -> find("ns"));
    fixture.file("plain", new byte[1]);
    refuses(ErrorCode.NOT_FOUND, () -> find("plain"));
  }

  @Test
  void namesWhatItLookedAt() throws Exception {
    fixture.file("web/web.qemu", "just text".getBytes(UTF_8));
    Files.createSymbolicLink(fixture.at("web/gone"), fixture.at("nowhere"));
    Command.run("mkfifo", fixture.at("web/pipe")).ok();
    FlintException e = refuses(ErrorCode.NOT_FOUND, () -> find("web"));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("web.qemu (no known format, no boot sector)"), message);
    assertTrue(message.contains("gone (a broken link)"), message);
    assertTrue(message.contains("pipe (not a regular file)"), message);
  }

  @Test
  void refusesToChooseBetweenTwoDisks() throws Exception {
    fixture.file("web/web.qemu", bootDisk("a"));
    fixture.file("web/web.raw", bootDisk("b"));
    FlintException e = refuses(ErrorCode.USAGE, () -> find("web"));
    assertTrue(String.valueOf(e.getMessage()).contains("web.qemu, web.raw"), e.getMessage());
    assertTrue(e.remedy().contains("--disk"), e.remedy());
  }

  @ParameterizedTest
  @ValueSource(strings = {"web.qemu", "web.old.qcow2"})
  void refusesADiskWithABackingFileEvenBesideAGoodOne(String file) throws Exception {
    fixture.file("web/a.img", bootDisk(""));
    Command.run("qemu-img", "create", "-q", "-f", "raw", folder.resolve("base"), "1M").ok();
    Command.run(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-F",
            "raw",
            "-b",
            folder.resolve("base"),
            fixture.at("web").resolve(file))
        .ok();
    FlintException e = refuses(ErrorCode.POLICY, () -> find("web"));
    assertTrue(String.valueOf(e.getMessage()).contains(file), e.getMessage());
  }

  @Test
  void saysWhyTheOnlyCandidateIsRefused() throws Exception {
    Command.run("qemu-img", "create", "-q", "-f", "qcow2", folder.resolve("base"), "1M").ok();
    byte[] damaged = Files.readAllBytes(folder.resolve("base"));
    damaged[7] = 99;
    fixture.file("web/disk.img", damaged);
    FlintException e = refuses(ErrorCode.UNSUPPORTED, () -> find("web"));
    assertTrue(String.valueOf(e.getMessage()).contains("disk.img"), e.getMessage());
    fixture.file("web/empty.img", new byte[0]);
    e = refuses(ErrorCode.NOT_FOUND, () -> find("web"));
    assertTrue(String.valueOf(e.getMessage()).contains("disk.img"), e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains("empty.img"), e.getMessage());
    fixture.file("web/web.qemu", bootDisk(""));
    String note = find("web").note();
    assertTrue(note.contains("disk.img") && note.contains("empty.img"), note);
    assertEquals(1, note.lines().count());
  }

  @Test
  void followsTheLinkThatOsvsScriptsLeave() throws Exception {
    Path disk = fixture.file("web/web.qemu.x64", bootDisk(""));
    Files.createSymbolicLink(fixture.at("web/web.qemu"), Path.of("web.qemu.x64"));
    assertEquals(disk.toRealPath(), find("web").file());
  }

  @Test
  void followsALinkedImageInsideTheRepository() throws Exception {
    Path disk = fixture.file("ns/web/web.qemu", bootDisk(""));
    Files.createSymbolicLink(fixture.at("ns/latest"), Path.of("web"));
    assertEquals(disk.toRealPath(), find("ns/latest").file());
  }

  @Test
  void readsARepositoryThatIsItselfALink() throws Exception {
    fixture.file("web/web.qemu", bootDisk(""));
    Path other = folder.resolve("other");
    Files.createDirectories(other);
    Files.createSymbolicLink(other.resolve("repository"), fixture.at(""));
    assertEquals(
        fixture.at("web/web.qemu").toRealPath(),
        new CapstanRepository(other).find(CapstanName.parse("web")).file());
  }

  @ParameterizedTest
  @ValueSource(strings = {"web/web.qemu", "web/README", "web", "web/index.yaml"})
  void refusesALinkOutOfTheRepository(String link) throws Exception {
    Path outside = folder.resolve("outside");
    Files.createDirectories(outside);
    Files.write(outside.resolve("web.qemu"), bootDisk("secret"));
    if (!link.equals("web")) {
      fixture.file("web/disk", bootDisk(""));
    }
    Files.createDirectories(fixture.at(""));
    Files.createSymbolicLink(
        fixture.at(link), link.equals("web") ? outside : outside.resolve("web.qemu"));
    FlintException e = refuses(ErrorCode.POLICY, () -> find("web"));
    assertTrue(String.valueOf(e.getMessage()).contains("out of the Capstan repo"), e.getMessage());
  }

  @Test
  void refusesANamespaceThatLeadsOut() throws Exception {
    Path outside = folder.resolve("outside/web");
    Files.createDirectories(outside);
    Files.write(outside.resolve("web.qemu"), bootDisk("secret"));
    Files.createDirectories(fixture.at(""));
    Files.createSymbolicLink(fixture.at("ns"), folder.resolve("outside"));
    refuses(ErrorCode.POLICY, () -> find("ns/web"));
    Files.createSymbolicLink(fixture.at("all"), fixture.at(""));
    refuses(ErrorCode.POLICY, () -> find("all"));
  }

  @Test
  void refusesALoopOfLinks() throws Exception {
    fixture.file("web/disk", bootDisk(""));
    Files.createSymbolicLink(fixture.at("web/a"), Path.of("b"));
    Files.createSymbolicLink(fixture.at("web/b"), Path.of("a"));
    org.junit.jupiter.api.Assertions.assertThrows(IOException.class, () -> find("web"));
  }

  @Test
  void goesOnWithoutAnIndex() throws Exception {
    fixture.file("web/web.qemu", bootDisk(""));
    CapstanDisk found = find("web");
    assertEquals(IndexYaml.EMPTY, found.index());
    assertEquals("", found.note());
  }

  @Test
  void goesOnWithAnUnusableIndexAndSaysSo() throws Exception {
    fixture.file("web/web.qemu", bootDisk(""));
    fixture.file("web/index.yaml", "version: [".getBytes(UTF_8));
    assertIgnoresIndex("unreadable");

    try (var huge =
        Files.newByteChannel(
            fixture.at("web/index.yaml"), java.nio.file.StandardOpenOption.WRITE)) {
      huge.position(1L << 40).write(java.nio.ByteBuffer.wrap(new byte[1]));
    }
    assertIgnoresIndex("longer than 65536 bytes");

    Files.delete(fixture.at("web/index.yaml"));
    Command.run("mkfifo", fixture.at("web/index.yaml")).ok();
    assertIgnoresIndex("not a regular file");

    Files.delete(fixture.at("web/index.yaml"));
    Files.createDirectory(fixture.at("web/index.yaml"));
    assertIgnoresIndex("not a regular file");
  }

  private void assertIgnoresIndex(String why) throws IOException {
    CapstanDisk found = find("web");
    assertEquals(IndexYaml.EMPTY, found.index());
    assertTrue(found.note().contains(why), found.note());
    assertEquals(1, found.note().lines().count());
  }

  @Test
  void readsTheDiskItFound() throws Exception {
    fixture.file("web/web.qemu", bootDisk("/hello"));
    assertArrayEquals(bootDisk("/hello"), Files.readAllBytes(find("web").file()));
  }

  @Test
  void looksWhereCapstanLooks() {
    assertEquals(
        Path.of("/c"), CapstanRepository.rootFrom(Map.of("CAPSTAN_ROOT", "/c", "HOME", "/h")));
    assertEquals(
        Path.of("/h/.capstan"),
        CapstanRepository.rootFrom(Map.of("CAPSTAN_ROOT", "", "HOME", "/h")));
    assertEquals(
        Path.of(System.getProperty("user.home"), ".capstan"), CapstanRepository.rootFrom(Map.of()));
  }
}
