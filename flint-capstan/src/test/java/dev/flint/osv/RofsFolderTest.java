package dev.flint.osv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.RofsFolder.Links;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RofsFolderTest {
  @TempDir Path folder;
  private Path volume;

  @BeforeEach
  void makeVolume() throws IOException {
    volume = Files.createDirectory(folder.resolve("volume"));
  }

  private Map<String, String> disk(Links links) throws IOException {
    RofsTree tree = new RofsTree();
    RofsFolder.add(tree, "", volume, links);
    return RofsFixture.read(RofsFixture.write(folder.resolve("disk"), tree));
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(volume.resolve(name), Path.of(target));
  }

  @Test
  void aVolumeOfKubernetesBecomesPlainFiles() throws IOException {
    Path version = Files.createDirectory(volume.resolve("..2026_11_21"));
    Files.writeString(version.resolve("app.conf"), "a");
    Files.writeString(Files.createDirectory(version.resolve("sub")).resolve("key"), "b");
    link("..data", "..2026_11_21");
    link("app.conf", "..data/app.conf");
    link("sub", "..data/sub");
    assertEquals(Map.of("app.conf", "a", "sub", "/", "sub/key", "b"), disk(Links.FOLLOW));
  }

  @Test
  void keptLinksLeadToTheSamePlaceInTheGuest() throws IOException {
    Files.writeString(Files.createDirectory(volume.resolve("lib")).resolve("x.so.1"), "x");
    link("lib/x.so", volume.resolve("lib/x.so.1").toString());
    link("lib64", "lib");
    link("self", ".");
    assertEquals(
        Map.of(
            "lib",
            "/",
            "lib/x.so.1",
            "x",
            "lib/x.so",
            "-> x.so.1",
            "lib64",
            "-> lib",
            "self",
            "-> ."),
        disk(Links.KEEP));
  }

  @Test
  void aFolderMayBePutBelowTheRoot() throws IOException {
    Files.writeString(volume.resolve("a"), "1");
    RofsTree tree = new RofsTree();
    RofsFolder.add(tree, "etc/conf", volume, Links.FOLLOW);
    byte[] disk = RofsFixture.write(folder.resolve("disk"), tree);
    assertEquals(Map.of("etc", "/", "etc/conf", "/", "etc/conf/a", "1"), RofsFixture.read(disk));
  }

  @ParameterizedTest
  @EnumSource(
      value = Links.class,
      names = {"KEEP", "FOLLOW"})
  void aLinkThatLeavesTheFolderIsRefused(Links links) throws IOException {
    Files.writeString(folder.resolve("secret"), "s");
    Files.createDirectory(folder.resolve("volume2"));
    for (String target : new String[] {"../secret", "/etc/passwd", "..", "../volume2", "none"}) {
      link("l", target);
      FlintException e = assertThrows(FlintException.class, () -> disk(links), target);
      assertEquals(ErrorCode.POLICY, e.code());
      assertTrue(String.valueOf(e.getMessage()).contains(volume.resolve("l").toString()));
      Files.delete(volume.resolve("l"));
    }
  }

  @Test
  void theRootOfAGuestHasLinksThatOnlyTheGuestCanFollow() throws IOException {
    Files.createDirectories(volume.resolve("usr/lib"));
    link("usr/lib/a", "../../none");
    link("usr/lib/b", "/no/./where");
    link("usr/lib/c", "b");
    link("usr/lib/d", "./x/../../y");
    link("e", "/none/..");
    assertEquals(
        Map.of(
            "usr",
            "/",
            "usr/lib",
            "/",
            "usr/lib/a",
            "-> /none",
            "usr/lib/b",
            "-> /no/where",
            "usr/lib/c",
            "-> b",
            "usr/lib/d",
            "-> /usr/y",
            "e",
            "-> /"),
        disk(Links.ROOT));
    for (String target : new String[] {"..", "../x", "a/../../x", "/..", "/a/../../etc"}) {
      Path link = volume.resolve("l");
      link("l", target);
      FlintException e = assertThrows(FlintException.class, () -> disk(Links.ROOT), target);
      assertEquals(ErrorCode.POLICY, e.code());
      Files.delete(link);
    }
  }

  @Test
  void whatIsIgnoredIsLeftOutWithAllThatIsInIt() throws IOException {
    Files.createDirectories(volume.resolve("keep/drop"));
    Files.writeString(volume.resolve("keep/drop/a"), "1");
    Files.writeString(volume.resolve("keep/b"), "2");
    RofsTree tree = new RofsTree();
    RofsFolder.add(tree, "", volume, Links.ROOT, path -> path.equals("keep/drop"));
    assertEquals(
        Map.of("keep", "/", "keep/b", "2"),
        RofsFixture.read(RofsFixture.write(folder.resolve("disk"), tree)));
  }

  @Test
  void aLinkThatLeadsBackIsRefusedWhereItIsFollowed() throws IOException {
    Files.createDirectory(volume.resolve("a"));
    Files.createDirectory(volume.resolve("b"));
    link("a/x", "../b");
    link("b/y", "../a");
    FlintException e = assertThrows(FlintException.class, () -> disk(Links.FOLLOW));
    assertTrue(String.valueOf(e.getMessage()).contains("folder that it is in"), e.getMessage());
  }

  @Test
  void whatIsNoFileIsRefused() throws IOException {
    Command.run("mkfifo", volume.resolve("pipe")).ok();
    FlintException e = assertThrows(FlintException.class, () -> disk(Links.FOLLOW));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
  }
}
