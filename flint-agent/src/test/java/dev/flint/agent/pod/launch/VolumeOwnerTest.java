package dev.flint.agent.pod.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.VolumeSpec;
import dev.flint.agent.testing.Root;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VolumeOwnerTest {
  private static final HostFacts HOST = new HostFacts("edge-1", "10.0.0.7", 4, 1L << 30);

  @TempDir private Path temp;

  private static PodSpec pod(String security, String container, String host) throws FlintException {
    String yaml =
        """
        metadata: {name: web, uid: 1-2}
        spec:
          securityContext: {%s}
          initContainers: [{name: first, image: i}]
          containers: [{name: a, image: i, securityContext: {%s}}]
          volumes:
          - {name: empty, emptyDir: {}}
          - {name: secret, secret: {secretName: s, defaultMode: 0400}}
          - {name: map, configMap: {name: c, items: [{key: k, path: d/f, mode: 0604}]}}
          - {name: token, projected: {sources: [{serviceAccountToken: {path: t}}]}}
          - {name: host, hostPath: {path: %s}}
        """
            .formatted(security, container, host);
    return PodParser.parse(
        YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "test").get(0), PodOrigin.API);
  }

  private Map<String, Path> prepare(String security, String container) throws IOException {
    ConfigObjects objects =
        new ConfigObjects.Builder()
            .add(Pods.object(ConfigKind.CONFIG_MAP, "metadata: {name: c}\ndata: {k: v}"))
            .add(Pods.object(ConfigKind.SECRET, "metadata: {name: s}\nstringData: {k: hidden}"))
            .add(new VolumeSpec.Token("", 3600, "t"), "a token")
            .build();
    Volumes volumes = new Volumes(temp.resolve("plain"), temp.resolve("secret"));
    Path host = Files.createDirectories(temp.resolve("host"));
    return volumes.prepare(pod(security, container, host.toString()), objects, HOST);
  }

  /** Mode, owner and group. */
  private static String facts(Map<String, Path> volumes, String volume, String inside)
      throws IOException {
    Path path = Objects.requireNonNull(volumes.get(volume)).resolve(inside).toRealPath();
    Map<String, Object> all =
        Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
    int mode = (int) Objects.requireNonNull(all.get("mode")) & 07777;
    return Integer.toOctalString(mode) + " " + all.get("uid") + " " + all.get("gid");
  }

  /** As the kubelet does it: SetVolumeOwnership of a volume that can be written, or not. */
  @Test
  void whatIsThePodsOwnBelongsToItsGroup() throws IOException {
    Root.require();
    String untouched = facts(prepare("", ""), "host", "");
    new Volumes(temp.resolve("plain"), temp.resolve("secret")).remove("1-2");
    Map<String, Path> volumes = prepare("fsGroup: 2000", "");
    assertEquals("2777 0 2000", facts(volumes, "empty", ""));
    assertEquals("2755 0 2000", facts(volumes, "secret", ""));
    assertEquals("440 0 2000", facts(volumes, "secret", "k"));
    assertEquals("2755 0 2000", facts(volumes, "map", "d"));
    assertEquals("644 0 2000", facts(volumes, "map", "d/f"));
    assertEquals("640 0 2000", facts(volumes, "token", "t"));
    assertEquals(untouched, facts(volumes, "host", ""));
    // Once more, as when an object has changed.
    assertEquals("2755 0 2000", facts(prepare("fsGroup: 2000", ""), "secret", ""));
    Path made = SubPath.resolve(Objects.requireNonNull(volumes.get("empty")), "x/y");
    assertEquals("2777 0 2000", facts(Map.of("made", made), "made", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // what is said, mode, owner and group of the token
        "             |               | 644 0 0",
        "runAsUser: 5 |               | 600 5 0",
        "             | runAsUser: 5  | 644 0 0",
        "runAsUser: 5 | runAsUser: 6  | 644 0 0",
        "runAsUser: 5 | runAsUser: 5  | 600 5 0",
        "runAsUser: 5, fsGroup: 7 |   | 640 5 7",
      })
  void aTokenIsTheirsWhoAllRunAsOne(String pod, String container, String facts) throws IOException {
    Root.require();
    Map<String, Path> volumes = prepare(text(pod), text(container));
    assertEquals(facts, facts(volumes, "token", "t"));
    assertEquals(
        pod != null && pod.contains("fsGroup") ? "440 0 7" : "400 0 0",
        facts(volumes, "secret", "k"));
  }

  private static String text(String said) {
    return said == null ? "" : said;
  }
}
