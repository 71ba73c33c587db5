package dev.flint.agent.pod.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VolumesTest {
  private static final HostFacts HOST = new HostFacts("edge-1", "10.0.0.7", 4, 1L << 30);

  @TempDir private Path temp;
  private Volumes volumes = new Volumes(Path.of("none"), Path.of("none"));

  @BeforeEach
  void open() {
    volumes = new Volumes(temp.resolve("plain"), temp.resolve("secret"));
  }

  private static PodSpec pod(String volume) throws FlintException {
    return Pods.spec("containers: [{name: a, image: i}]", "volumes: [{name: v, " + volume + "}]");
  }

  private static ConfigObjects objects(String data) throws FlintException {
    return ConfigObjects.of(
        List.of(
            Pods.object(ConfigKind.CONFIG_MAP, "metadata: {name: c}\ndata: " + data),
            Pods.object(ConfigKind.SECRET, "metadata: {name: s}\nstringData: {k: hidden}")));
  }

  private Path make(String volume, String data) throws IOException {
    return volumes.prepare(pod(volume), objects(data), HOST).values().iterator().next();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> String.valueOf(entry.getFileName()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** U19: ConfigMap. */
  @Test
  void writesAMapAsFilesThatChangeTogether() throws IOException {
    String volume = "configMap: {name: c}";
    Path path = make(volume, "{a: one, b: two}");
    Path before = path.resolve("..data").toRealPath();
    assertEquals("one", Files.readString(path.resolve("a")));
    assertEquals("rw-r--r--", mode(path.resolve("a").toRealPath()));
    assertEquals(Path.of("..data/a"), Files.readSymbolicLink(path.resolve("a")));

    make(volume, "{a: one, b: two}");
    assertEquals(before, path.resolve("..data").toRealPath(), "nothing changed");

    make(volume, "{a: three, c: four}");
    assertEquals("three", Files.readString(path.resolve("a")));
    assertEquals(4, names(path).size(), "a, c, ..data and what it leads to: " + names(path));
    assertFalse(Files.exists(before));
  }

  @Test
  void mendsAFolderThatAKilledProcessLeft() throws IOException {
    String volume = "configMap: {name: c}";
    Path path = make(volume, "{a: one}");
    Path data = path.resolve("..data").toRealPath();
    Files.delete(path.resolve("a"));
    Files.delete(path.resolve("..data"));
    Files.createDirectory(path.resolve("..junk"));
    Files.writeString(data.resolve("half"), "x");

    make(volume, "{a: one}");
    assertEquals("one", Files.readString(path.resolve("a")));
    assertEquals(Set.of("a"), names(path.resolve("..data")));
    assertEquals(3, names(path).size());
  }

  @Test
  void keepsSecretsApartBehindAClosedFolder() throws IOException {
    Path path = make("secret: {secretName: s, defaultMode: 0400}", "{}");
    assertTrue(path.startsWith(temp.resolve("secret")));
    assertEquals("rwx------", mode(path.resolve("..")));
    assertEquals("r--------", mode(path.resolve("k").toRealPath()));
    assertEquals("hidden", Files.readString(path.resolve("k")));
  }

  /** U20: Secret, projected, NFS. */
  @Test
  void projectsManySourcesIntoOneFolder() throws IOException {
    Path path =
        make(
            "projected: {sources: [{configMap: {name: c, items: [{key: a, path: x/y/z, mode:"
                + " 0600}]}}, {secret: {name: s}}, {secret: {name: none, optional: true}},"
                + " {downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}]}}]}",
            "{a: one}");
    assertEquals("one", Files.readString(path.resolve("x/y/z")));
    assertEquals("rw-------", mode(path.resolve("x/y/z").toRealPath()));
    assertEquals("hidden", Files.readString(path.resolve("k")));
    assertEquals("web", Files.readString(path.resolve("name")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "configMap: {name: none}|pod web: volume v: configmap \"none\" not found",
        "configMap: {name: c, items: [{key: k, path: p}]}|pod web: volume v: configmap \"c\" has"
            + " no key \"k\"",
        "secret: {secretName: none}|pod web: volume v: secret \"none\" not found",
      })
  void saysWhatIsMissing(String volume, String message) {
    FlintException e = assertThrows(FlintException.class, () -> make(volume, "{}"));
    assertEquals(message, e.getMessage());
    assertEquals(ErrorCode.NOT_FOUND, e.code());
  }

  /** U18: hostPath. */
  @Test
  void makesAndChecksPathsOfTheHost() throws IOException {
    Path file = temp.resolve("file");
    Path folder = temp.resolve("a/b");
    Path socket = temp.resolve("socket");
    make(hostPath(file, "FileOrCreate"), "{}");
    make(hostPath(folder, "DirectoryOrCreate"), "{}");
    assertTrue(Files.isRegularFile(file));
    assertTrue(Files.isDirectory(folder));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      for (String right :
          List.of(
              hostPath(file, "File"),
              hostPath(file, "FileOrCreate"),
              hostPath(file, ""),
              hostPath(folder, "Directory"),
              hostPath(folder, "DirectoryOrCreate"),
              hostPath(socket, "Socket"),
              hostPath(Path.of("/dev/null"), "CharDevice"))) {
        make(right, "{}");
      }
      for (String wrong :
          List.of(
              hostPath(folder, "File"),
              hostPath(folder, "FileOrCreate"),
              hostPath(file, "Directory"),
              hostPath(file, "DirectoryOrCreate"),
              hostPath(file, "Socket"),
              hostPath(Path.of("/dev/null"), "BlockDevice"),
              hostPath(temp.resolve("none"), ""),
              hostPath(temp.resolve("none"), "Directory"))) {
        assertThrows(FlintException.class, () -> make(wrong, "{}"), wrong);
      }
    }
  }

  private static String hostPath(Path path, String type) {
    return "hostPath: {path: '" + path + "', type: '" + type + "'}";
  }

  @Test
  void resolvesSubPathsInsideTheVolumeOnly() throws IOException {
    Path empty = make("emptyDir: {}", "{}");
    assertEquals(empty.resolve("x/y"), SubPath.resolve(empty, "x/y"));
    assertTrue(Files.isDirectory(empty.resolve("x/y")));
    assertEquals("rwxrwxrwx", mode(empty.resolve("x/y")), "whoever the container runs as");
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.createDirectory(outside.resolve("in"));
    Files.createSymbolicLink(empty.resolve("out"), outside);
    Files.createSymbolicLink(empty.resolve("gone"), Path.of("nowhere"));
    assertThrows(FlintException.class, () -> SubPath.resolve(empty, "out"));
    assertThrows(FlintException.class, () -> SubPath.resolve(empty, "out/in"));
    assertThrows(FlintException.class, () -> SubPath.resolve(empty, "gone"));

    Path map = make("configMap: {name: c}", "{a: one}");
    assertEquals("one", Files.readString(SubPath.inFiles(map, "a")));
    assertThrows(FlintException.class, () -> SubPath.inFiles(map, "b"));
  }

  @Test
  void removesWhatIsThePodsAndNothingElse() throws IOException {
    Path outside = Files.writeString(temp.resolve("outside"), "x");
    PodSpec pod = pod("emptyDir: {}");
    Path empty = volumes.prepare(pod, ConfigObjects.NONE, HOST).values().iterator().next();
    Files.createSymbolicLink(empty.resolve("link"), outside);

    volumes.keepOnly(Set.of(pod.uid()), Assertions::fail);
    assertTrue(Files.exists(empty));
    volumes.remove(pod.uid());
    volumes.remove(pod.uid());
    assertFalse(Files.exists(empty));
    assertTrue(Files.exists(outside));

    volumes.prepare(pod, ConfigObjects.NONE, HOST);
    volumes.keepOnly(Set.of(), Assertions::fail);
    assertFalse(Files.exists(empty));
  }

  @Test
  void whatCannotBeForgottenIsToldAndTheRestGoes() throws IOException {
    // Nobody can delete what is there, root neither.
    Path plain = Path.of("/proc/self/net");
    Path old = Files.createDirectories(temp.resolve("secret/old"));
    List<String> said = new ArrayList<>();
    new Volumes(plain, temp.resolve("secret")).keepOnly(Set.of(), said::add);
    assertFalse(Files.exists(old));
    assertTrue(said.size() > 1, "each folder is tried");
    assertTrue(said.get(0).contains(plain.toString()), said.get(0));
  }
}
