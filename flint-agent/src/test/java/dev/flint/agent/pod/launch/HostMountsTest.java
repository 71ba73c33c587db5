package dev.flint.agent.pod.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.launch.Mounts.Mounted;
import dev.flint.agent.testing.Root;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMountsTest {
  @TempDir private Path temp;

  private Path proc() throws IOException {
    Files.createDirectories(temp.resolve("self/ns"));
    Files.createDirectories(temp.resolve("1/ns"));
    return temp;
  }

  @Test
  void readsWhatIsMountedInAFolder() throws IOException {
    Files.writeString(
        proc().resolve("self/mountinfo"),
        """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        40 22 0:31 / /a\\040b rw - tmpfs tmpfs rw
        41 22 0:32 / /a\\040b/p/x rw,nosuid,nodev shared:2 master:1 - tmpfs flint rw,size=1024k
        42 41 0:33 / /a\\040b/p/x/y\\134z rw - fuse.sshfs host:/ rw
        43 22 0:34 / /a\\040bc rw - tmpfs flint rw
        44 22 0:4 net:[4026532] /netns rw - nsfs nsfs rw
        """);
    Path folder = Path.of("/a b/p");
    List<Mounted> found = new HostMounts(temp).in(folder);
    assertEquals(
        List.of(
            new Mounted(folder.resolve("x"), "tmpfs", "flint"),
            new Mounted(folder.resolve("x/y\\z"), "fuse.sshfs", "host:/")),
        found);
    assertTrue(found.get(0).isOurs());
    assertFalse(found.get(1).isOurs());
    assertEquals(Path.of("/a b"), new HostMounts(temp).in(Path.of("/a b")).get(0).place());
  }

  @Test
  void whatItDoesNotKnowIsNotPassedOver() throws IOException {
    Files.writeString(proc().resolve("self/mountinfo"), "something else\n");
    assertThrows(IOException.class, () -> new HostMounts(temp).in(temp));
    Files.delete(temp.resolve("self/mountinfo"));
    assertThrows(IOException.class, () -> new HostMounts(temp).in(temp));
  }

  /** A unit with PrivateTmp has them, and containerd would mount the empty folder below. */
  @Test
  void whatContainersWouldNotSeeIsNotMounted() throws IOException {
    Files.createSymbolicLink(proc().resolve("self/ns/mnt"), Path.of("mnt:[2]"));
    Files.createSymbolicLink(temp.resolve("1/ns/mnt"), Path.of("mnt:[1]"));
    Path place = Files.createDirectory(temp.resolve("place"));
    FlintException e =
        assertThrows(
            FlintException.class, () -> new HostMounts(temp).mountMemory(place, "size=1m"));
    assertTrue(
        FlintException.line(e).startsWith("no memory can be mounted, as this agent"), e::toString);
    assertFalse(new HostMounts(temp).isMounted(place));
  }

  @Test
  void aFailureSaysWhy() throws IOException {
    HostMounts mounts = new HostMounts(Path.of("/proc"));
    FlintException e =
        assertThrows(
            FlintException.class, () -> mounts.mountMemory(temp.resolve("nothing"), "size=1m"));
    assertTrue(FlintException.line(e).startsWith("mount of memory failed: "), e::toString);
    assertFalse(FlintException.line(e).contains("\n"), e::toString);
  }

  @Test
  void mountsAndUnmounts() throws IOException {
    Root.require();
    HostMounts mounts = new HostMounts(Path.of("/proc"));
    Path folder = temp.toRealPath();
    Path place = Files.createDirectory(folder.resolve("a place"));
    assertFalse(mounts.isMounted(place));
    mounts.mountMemory(place, "nodev,nosuid,size=1m,mode=0777");
    try {
      assertTrue(mounts.isMounted(place));
      assertEquals(List.of(new Mounted(place, "tmpfs", "flint")), mounts.in(folder));
      assertEquals(1 << 20, Files.getFileStore(place).getTotalSpace());
    } finally {
      mounts.unmount(place);
    }
    assertFalse(mounts.isMounted(place));
    assertEquals(List.of(), mounts.in(place));
  }
}
