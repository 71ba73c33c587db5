package dev.flint.capstan;

import static dev.flint.capstan.RepositoryFixture.bootDisk;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ListTest {
  @TempDir Path folder;
  private RepositoryFixture fixture;

  @BeforeEach
  void makeRoot() {
    fixture = new RepositoryFixture(folder.resolve("root"));
  }

  private List<String> list() throws IOException {
    return fixture.open().list().stream().map(CapstanName::text).toList();
  }

  @Test
  void isEmptyWithoutARepository() throws Exception {
    assertEquals(List.of(), list());
  }

  @Test
  void findsImagesAtAnyDepthBySuffix() throws Exception {
    for (String file :
        List.of(
            "web/web.qemu",
            "ns/a/a.raw",
            "ns/b/b.vbox",
            "ns/b/b.qemu",
            "ns/c d/c d.vmw",
            "ns/e/f/g/g.vmware",
            "web/sub/sub.qemu")) {
      fixture.file(file, bootDisk(""));
    }
    assertEquals(List.of("ns/a", "ns/b", "ns/c d", "ns/e/f/g", "web", "web/sub"), list());
  }

  @Test
  void leavesOutWhatIsNoImage() throws Exception {
    fixture.file("other/name.qemu", bootDisk(""));
    fixture.file("only/index.yaml", new byte[0]);
    fixture.file("gce/gce.gce", new byte[0]);
    fixture.file(".hidden/.hidden.qemu", bootDisk(""));
    fixture.file("-rf/-rf.qemu", bootDisk(""));
    fixture.file("loose.qemu", bootDisk(""));
    Files.createDirectories(fixture.at("dir/dir.qemu"));
    Files.createDirectories(fixture.at("pipe"));
    Command.run("mkfifo", fixture.at("pipe/pipe.qemu")).ok();
    assertEquals(List.of(), list());
  }

  @Test
  void followsFileLinksInsideOnlyAndNoDirectoryLinks() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside/web"));
    Files.write(outside.resolve("web.qemu"), bootDisk(""));
    fixture.file("in/in.qemu.x64", bootDisk(""));
    Files.createSymbolicLink(fixture.at("in/in.qemu"), Path.of("in.qemu.x64"));
    Files.createDirectories(fixture.at("out"));
    Files.createSymbolicLink(fixture.at("out/out.qemu"), outside.resolve("web.qemu"));
    Files.createSymbolicLink(fixture.at("web"), outside);
    Files.createSymbolicLink(fixture.at("in/loop"), fixture.at(""));
    Files.createDirectories(fixture.at("gone"));
    Files.createSymbolicLink(fixture.at("gone/gone.qemu"), Path.of("nothing"));
    assertEquals(List.of("in"), list());
  }
}
