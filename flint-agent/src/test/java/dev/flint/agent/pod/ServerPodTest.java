package dev.flint.agent.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pods of an API server say that pods of files do not. */
final class ServerPodTest {
  private static final String TOKEN =
      "volumes: [{name: t, projected: {sources: [{serviceAccountToken: %s}]}}]";

  private static PodSpec pod(PodOrigin origin, String... spec) throws FlintException {
    String yaml =
        "metadata: {name: web, uid: 1-2}\nspec:\n  containers: [{name: a, image: i}]\n  "
            + String.join("\n  ", spec);
    return PodParser.parse(
        YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "test").get(0), origin);
  }

  @Test
  void whatServersAddSaysNothing() throws FlintException {
    PodSpec pod =
        pod(
            PodOrigin.API,
            "schedulerName: default-scheduler",
            "priority: 0",
            "priorityClassName: high",
            "preemptionPolicy: PreemptLowerPriority",
            "enableServiceLinks: true",
            "dnsPolicy: ClusterFirst",
            "nodeSelector: {a: b}",
            "affinity: {nodeAffinity: {}}",
            "topologySpreadConstraints: [{maxSkew: 1}]",
            "overhead: {cpu: 1m}",
            "securityContext: {}",
            "serviceAccountName: builder",
            "serviceAccount: builder",
            "automountServiceAccountToken: true",
            "imagePullSecrets: [{name: b}, {}, {name: a}]",
            "tolerations: [{operator: Exists}]");
    assertEquals(List.of(), pod.warnings());
    assertEquals(new PodAccess("builder", List.of("b", "a")), pod.access());
  }

  /** They are kept by evictions, and pods of files are never evicted. */
  @Test
  void limitsOfTheDiskSayNothingButInFiles() throws FlintException {
    String[] lines = {
      "containers:",
      "- {name: a, image: i, resources: {limits: {ephemeral-storage: 1Gi}}}",
      "volumes: [{name: v, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]"
    };
    assertEquals(List.of(), Pods.served("{}", lines).warnings());
    PodSpec file = Pods.spec(lines);
    assertEquals(
        List.of("spec.containers[0].resources.limits.ephemeral-storage: ignored"), file.warnings());
    assertEquals(List.of(new VolumeSpec.EmptyDir("v", 1 << 20, true)), file.volumes());
  }

  /** What a server is asked for, it tells again. */
  @Test
  void whatLiesInMemoryIsLostAtAReboot() throws FlintException {
    String start = "containers: [{name: a, image: i}]";
    String secret = "volumes: [{name: v, secret: {secretName: s}}]";
    String memory = "volumes: [{name: v, emptyDir: {medium: Memory}}]";
    assertTrue(Pods.spec(start, memory).losesVolumes());
    assertTrue(Pods.served("{}", start, memory).losesVolumes());
    assertTrue(Pods.spec(start, secret).losesVolumes());
    assertFalse(Pods.served("{}", start, secret).losesVolumes());
    assertFalse(Pods.spec(start, "volumes: [{name: v, emptyDir: {}}]").losesVolumes());
  }

  @Test
  void whatIsNewerThanWeIsPassedOver() throws FlintException {
    assertEquals(
        List.of("spec.newFangled: ignored"), pod(PodOrigin.API, "newFangled: {a: 1}").warnings());
    assertThrows(FlintException.class, () -> pod(PodOrigin.FILE, "newFangled: {a: 1}"));
  }

  @Test
  void aPodThatIsDebuggedStaysTheSame() throws FlintException {
    PodSpec before = pod(PodOrigin.API);
    PodSpec debugged = pod(PodOrigin.API, "ephemeralContainers: [{name: d, image: busybox}]");
    assertTrue(before.isSame(debugged));
    assertEquals(List.of(), debugged.warnings());
  }

  /** A newer server may show the same pod with more fields. */
  @Test
  void onlyImagesMakeItAnother() throws FlintException {
    PodSpec before = pod(PodOrigin.API);
    assertTrue(
        before.isSame(
            pod(PodOrigin.API, "tolerations: [{operator: Exists}]", "preemptionPolicy: Never")));
    assertFalse(before.isSame(pod(PodOrigin.API, "initContainers: [{name: x, image: i}]")));
    String other = "metadata: {name: web, uid: %s}\nspec: {containers: [{name: a, image: %s}]}";
    assertTrue(before.isSame(parsed(other.formatted("1-2", "i"))));
    assertFalse(before.isSame(parsed(other.formatted("1-2", "j"))));
    assertFalse(before.isSame(parsed(other.formatted("1-3", "i"))));
  }

  private static PodSpec parsed(String yaml) throws FlintException {
    return PodParser.parse(
        YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "test").get(0), PodOrigin.API);
  }

  /** {@code kubectl patch --subresource resize}. */
  @Test
  void aPodThatIsResizedStaysTheSame() throws FlintException {
    String init = "initContainers: [{name: i, image: i, restartPolicy: Always, resources: %s}]";
    String small = "{limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m}}";
    String large = "{limits: {cpu: 2, memory: 1Gi}, requests: {cpu: 2}}";
    PodSpec before = sized(PodOrigin.API, small, init.formatted("{}"));
    assertTrue(before.isSame(sized(PodOrigin.API, large, init.formatted("{}"))));
    assertTrue(before.isSame(sized(PodOrigin.API, small, init.formatted(large))));
    assertFalse(
        sized(PodOrigin.FILE, small, init.formatted("{}"))
            .isSame(sized(PodOrigin.FILE, large, init.formatted("{}"))),
        "a file is changed to have what it says");
  }

  private static PodSpec sized(PodOrigin origin, String resources, String rest)
      throws FlintException {
    String yaml =
        "metadata: {name: web, uid: 1-2}\nspec:\n  %s\n  containers: [{name: a, image: i, resources: %s}]"
            .formatted(rest, resources);
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    return PodParser.parse(YamlReader.read(bytes, "test").get(0), origin);
  }

  @Test
  void tokensAreForPodsOfServersOnly() throws FlintException {
    VolumeSpec.Files volume =
        (VolumeSpec.Files)
            pod(
                    PodOrigin.API,
                    TOKEN.formatted("{audience: vault, expirationSeconds: 700, path: p}"))
                .volumes()
                .get(0);
    assertTrue(volume.secret());
    assertEquals(List.of(new VolumeSpec.Token("vault", 700, "p")), volume.sources());
    assertEquals(
        List.of(new VolumeSpec.Token("", 3600, "p")),
        ((VolumeSpec.Files) pod(PodOrigin.API, TOKEN.formatted("{path: p}")).volumes().get(0))
            .sources());
    assertThrows(FlintException.class, () -> pod(PodOrigin.FILE, TOKEN.formatted("{path: p}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{path: ../p}", "{path: p, expirationSeconds: 10}"})
  void refusesOtherTokens(String token) {
    assertThrows(FlintException.class, () -> pod(PodOrigin.API, TOKEN.formatted(token)));
  }

  @Test
  void aBackendIsForcedByClassOrAnnotation() throws FlintException {
    BackendChoice osv = pod(PodOrigin.API, "runtimeClassName: flint-osv").backend();
    osv.require("i", "osv");
    FlintException wrong = assertThrows(FlintException.class, () -> osv.require("i", "containerd"));
    assertEquals(ErrorCode.UNSUPPORTED, wrong.code());
    assertEquals(
        "spec.runtimeClassName: image i is for containerd, not for osv", wrong.getMessage());
    pod(PodOrigin.FILE).backend().require("i", "anything");

    String annotated =
        "metadata: {name: a, annotations: {flint.dev/backend: %s}}\n"
            + "spec: {containers: [{name: a, image: i}]}";
    assertEquals(
        new BackendChoice("containerd", "metadata.annotations[flint.dev/backend]"),
        Pods.pod(annotated.formatted("containerd")).backend());
    assertThrows(FlintException.class, () -> Pods.pod(annotated.formatted("docker")));
  }

  @ParameterizedTest
  @CsvSource({"API, gvisor", "API, flint-", "API, flint-docker", "FILE, flint-osv"})
  void refusesOtherClasses(PodOrigin origin, String name) {
    FlintException refused =
        assertThrows(FlintException.class, () -> pod(origin, "runtimeClassName: " + name));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("pod web: spec.runtimeClassName: "),
        String.valueOf(refused.getMessage()));
  }

  @Test
  void othersThanTheDefaultAccountAreForServersOnly() throws FlintException {
    assertEquals("default", pod(PodOrigin.API).access().serviceAccount());
    assertEquals(
        List.of("spec.imagePullSecrets: ignored"),
        pod(PodOrigin.FILE, "imagePullSecrets: [{name: a}]").warnings());
  }
}
