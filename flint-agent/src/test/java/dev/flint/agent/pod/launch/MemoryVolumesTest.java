package dev.flint.agent.pod.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.VolumeSpec;
import dev.flint.agent.pod.launch.Mounts.Mounted;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes in memory of a device on which nothing is really mounted. */
class MemoryVolumesTest {
  private static final HostFacts HOST = new HostFacts("edge-1", "10.0.0.7", 4, 1L << 30);

  @TempDir private Path temp;
  private final List<Mounted> mounted = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();
  private String refusal = "";
  private Volumes volumes = new Volumes(Path.of("none"), Path.of("none"));

  private final Mounts mounts =
      new Mounts() {
        @Override
        public boolean isMounted(Path folder) {
          return mounted.stream().anyMatch(one -> one.place().equals(folder));
        }

        @Override
        public List<Mounted> in(Path folder) {
          return mounted.stream().filter(one -> one.place().startsWith(folder)).toList();
        }

        @Override
        public void mountMemory(Path folder, String options) throws IOException {
          if (!refusal.isEmpty()) {
            throw new FlintException(ErrorCode.LOCAL_IO, refusal, "be root");
          }
          calls.add("mount " + folder.getFileName() + " " + options);
          mounted.add(new Mounted(folder, "tmpfs", OURS));
        }

        @Override
        public void unmount(Path folder) {
          calls.add("unmount " + folder.getFileName());
          mounted.removeIf(one -> one.place().equals(folder));
        }
      };

  @BeforeEach
  void open() throws IOException {
    temp = temp.toRealPath();
    volumes = new Volumes(temp.resolve("plain"), temp.resolve("secret"), mounts);
  }

  private static PodSpec pod(String volume) throws FlintException {
    return Pods.spec("containers: [{name: a, image: i}]", "volumes: [{name: v, " + volume + "}]");
  }

  private Path make(PodSpec pod) throws IOException {
    return volumes.prepare(pod, ConfigObjects.NONE, HOST).values().iterator().next();
  }

  @Test
  void isMountedOnceAndGoesWithItsPod() throws IOException {
    PodSpec pod = pod("emptyDir: {medium: Memory, sizeLimit: 1Mi}");
    Path root = make(pod);
    Path home = temp.resolve("secret").resolve(pod.uid());
    assertEquals(home.resolve("v/data"), root);
    assertEquals("rwxrwxrwx", PosixFilePermissions.toString(Files.getPosixFilePermissions(root)));
    assertEquals(root, make(pod));
    assertEquals(List.of("mount v nodev,nosuid,mode=0700,size=1048576"), calls);
    assertFalse(Files.exists(temp.resolve("plain")), "nothing of it is on disk");
    volumes.keepOnly(Set.of(pod.uid()), Assertions::fail);
    assertEquals(1, mounted.size());
    volumes.remove(pod.uid());
    assertEquals("unmount v", calls.get(1));
    assertFalse(Files.exists(home));
    volumes.remove(pod.uid());
    assertEquals(2, calls.size());
  }

  @Test
  void comesAgainAfterAReboot() throws IOException {
    PodSpec pod = pod("emptyDir: {medium: Memory}");
    make(pod);
    mounted.clear();
    make(pod);
    assertEquals(2, calls.size(), calls::toString);
    mounted.addAll(List.copyOf(mounted));
    volumes.keepOnly(Set.of(), Assertions::fail);
    assertEquals(List.of(), mounted);
    assertFalse(Files.exists(temp.resolve("secret").resolve(pod.uid())));
  }

  /** Whose it is nobody here knows, so nothing in it is deleted. */
  @Test
  void whatOthersHaveMountedThereStays() throws IOException {
    PodSpec memory = pod("emptyDir: {medium: Memory}");
    Path inside = Files.createDirectory(make(memory).resolve("b"));
    mounted.add(new Mounted(inside, "tmpfs", Mounts.OURS));
    PodSpec disk = pod("emptyDir: {}");
    Path other = make(disk);
    Path file = Files.writeString(other.resolve("f"), "x");
    mounted.add(new Mounted(other, "ext4", "/dev/sda1"));
    for (PodSpec pod : List.of(memory, disk)) {
      FlintException e = assertThrows(FlintException.class, () -> volumes.remove(pod.uid()));
      assertTrue(FlintException.line(e).contains("something is mounted on "), e::toString);
      List<String> said = new ArrayList<>();
      volumes.keepOnly(Set.of(), said::add);
      assertEquals(2, said.size(), said::toString);
    }
    assertTrue(Files.exists(file));
    assertTrue(Files.exists(inside));
    assertEquals(3, mounted.size());
  }

  @Test
  void whoMayNotMountIsTold() throws IOException {
    refusal = "mount of memory failed: mount: only root can do that";
    FlintException e =
        assertThrows(FlintException.class, () -> make(pod("emptyDir: {medium: Memory}")));
    assertEquals("pod web: volume v: " + refusal, e.getMessage());
    assertEquals("be root", e.remedy());
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 50%",
    "64Mi, '', 67108864",
    "'', 32Mi, 33554432",
    "64Mi, 32Mi, 33554432",
    "16Mi, 32Mi, 16777216",
    "1Ti, '', 1073741824",
    "'', 1Ti, 1073741824",
  })
  void hasTheLeastSizeThatIsSaid(String limit, String memory, String size) throws IOException {
    String resources = "{name: a, image: i, resources: {limits: {" + limits(memory) + "}}}";
    PodSpec pod =
        Pods.spec(
            "initContainers: [" + resources.replace("name: a", "name: b") + "]",
            "containers: [" + resources + ", {name: c, image: i}]",
            "volumes: [{name: v, emptyDir: {medium: Memory, sizeLimit: '" + limit + "'}}]");
    VolumeSpec.EmptyDir volume = (VolumeSpec.EmptyDir) pod.volumes().get(0);
    assertEquals(size, MemoryVolumes.size(volume, pod, HOST));
  }

  private static String limits(String memory) {
    return memory.isEmpty() ? "" : "memory: " + memory;
  }
}
