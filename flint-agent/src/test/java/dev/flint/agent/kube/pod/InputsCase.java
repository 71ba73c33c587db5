package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.watch.PodEvent;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonItem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Pods of a fake API server whose inputs are asked for, at a time that a test says. */
abstract class InputsCase {
  static final HostFacts HOST = new HostFacts("n1", "10.0.0.7", 4, 1L << 30);
  static final long MINUTE = 60_000;
  static final String WEB =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec:
        nodeName: n1
        containers:
        - name: app
          image: lan/app:1
          envFrom: [{configMapRef: {name: vars}}]
          env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: k}}}]
          volumeMounts: [{name: cfg, mountPath: /cfg}]
        imagePullSecrets: [{name: pull}]
        volumes: [{name: cfg, configMap: {name: cfg}}]
      """;

  @TempDir Path temp;

  final List<String> said = new ArrayList<>();
  final PodMirror mirror = new PodMirror();
  long now = 1_000_000;
  FakeApiServer server;
  ApiClient api;
  ServerInputs inputs;
  ApiPods pods;
  Volumes volumes;

  @BeforeEach
  void start() throws Exception {
    server = FakeApiServer.start();
    api = server.client();
    inputs = new ServerInputs(api, () -> now, said::add);
    pods = new ApiPods(mirror, inputs);
    volumes = new Volumes(temp.resolve("plain"), temp.resolve("secret"));
    server
        .cluster()
        .create(
            """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: default}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: kube-root-ca.crt}
            data: {ca.crt: an authority}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: vars}
            data: {COLOUR: red}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: cfg}
            data: {file: one}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: keys}
            data: {k: aHVudGVyMg==}
            """);
    secret("pull", ".dockerconfigjson", "{\"auths\":{\"lan\":{\"auth\":\"bWU6aHVudGVyMw==\"}}}");
  }

  @AfterEach
  void stop() {
    inputs.close();
    api.close();
    server.close();
  }

  void secret(String name, String key, String text) throws FlintException {
    String encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    server
        .cluster()
        .create(
            "{apiVersion: v1, kind: Secret, metadata: {name: %s}, data: {%s: %s}}"
                .formatted(name, key, encoded));
  }

  PodSpec create(String yaml) throws FlintException {
    ApiPod pod = ApiPod.read(JsonItem.whole(server.cluster().create(yaml)));
    assertEquals(Refusal.NONE, pod.refusal());
    mirror.put(pod);
    List<ApiPod> all = mirror.all();
    mirror.replace(all);
    return Objects.requireNonNull(pod.spec());
  }

  void pass(long millis) throws IOException {
    now += millis;
    inputs.askWhatIsDue();
  }

  Map<String, Path> prepare(PodSpec pod) throws IOException {
    return volumes.prepare(pod, pods.objects(pod), HOST);
  }

  static Path file(Map<String, Path> volumes) {
    return Objects.requireNonNull(volumes.get("cfg")).resolve("file");
  }

  Path access(PodSpec pod) throws IOException {
    return prepare(pod).entrySet().stream()
        .filter(volume -> volume.getKey().startsWith("kube-api-access-"))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  long added() {
    return pods.look().stream().filter(PodEvent.PodAdded.class::isInstance).count();
  }

  boolean renews() {
    return pods.look().contains(new PodEvent.ObjectsChanged());
  }

  static void assertNoSecretsIn(List<String> lines) {
    for (String line : lines) {
      assertFalse(line.contains("hunter") || line.contains("aHVud") || line.contains("eyJ"), line);
    }
  }
}
