package dev.flint.cli;

import static dev.flint.cli.AgentPods.SLEEP;
import static dev.flint.cli.AgentPods.box;
import static dev.flint.cli.AgentPods.guest;
import static dev.flint.cli.KubernetesDevice.LIMIT;
import static dev.flint.cli.KubernetesDevice.pod;
import static dev.flint.cli.KubernetesDevice.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.registry.testing.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever pods have Secrets for, nobody but root finds what is in them: not in the agent's log,
 * not in the arguments of any process, and in no file that others can read. Issue 8, done when 5.
 */
@Timeout(300)
class KubernetesSecretsIT {
  private static final String VARIABLE = "Xyzzy-of-a-variable";
  private static final String FILE = "Xyzzy-of-a-file";
  private static final String PASSWORD = "Xyzzy-of-a-registry";
  private static final String BROKEN = "Xyzzy-of-broken-json";
  private static final String ODD = "Xyzzy-with-$";

  @TempDir Path folder;
  private final CommandLines lines = new CommandLines();
  private final List<String> known = new ArrayList<>();
  private KubernetesDevice edge;
  private AgentDevice device;
  private PasswordRegistry registry;
  private FileTime begin;

  @BeforeEach
  void begin() throws IOException {
    // As a device's folders are; only what the agent makes closed is to be closed.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    begin = FileTime.from(Instant.now().minusSeconds(1));
    registry = new PasswordRegistry("u", PASSWORD);
    edge = KubernetesDevice.make(folder);
    device = edge.device();
    edge.server()
        .cluster()
        .create(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: keys}
            stringData: {variable: %s, file: %s, odd: %s}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: pull}
            type: kubernetes.io/dockerconfigjson
            stringData:
              .dockerconfigjson: '{"auths":{"%s":{"username":"u","password":"%s"}}}'
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: broken}
            type: kubernetes.io/dockerconfigjson
            stringData: {.dockerconfigjson: '{"auths":{"x":"%s'}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: default}
            """
                .formatted(VARIABLE, FILE, ODD, registry.host(), PASSWORD, BROKEN));
    edge.startAgentByCommand("--debug");
  }

  @AfterEach
  void end() throws IOException {
    try (PasswordRegistry ended = registry) {
      edge.close();
    }
  }

  private static String variable(String key) {
    return "    env: [{name: S, valueFrom: {secretKeyRef: {name: keys, key: " + key + "}}}]\n";
  }

  private static final String MOUNTS =
      "    volumeMounts: [{name: keys, mountPath: /keys}, {name: token, mountPath: /token}]\n";

  private static final String VOLUMES =
      """
        volumes:
        - {name: keys, secret: {secretName: keys, items: [{key: file, path: file}]}}
        - {name: token, projected: {sources: [{serviceAccountToken: {path: token}}]}}
      """;

  private void run(String pod) throws Exception {
    edge.server()
        .cluster()
        .create(pod.replace("spec:\n", "spec:\n  serviceAccountName: default\n") + VOLUMES);
  }

  private void await(String name, String text) throws IOException {
    device.await(
        "pod " + name + " says " + text,
        () -> {
          lines.look();
          return said(name).contains(text);
        });
  }

  private String said(String name) {
    return status(edge.server().cluster().get(Resource.PODS, "default", name)).toString();
  }

  /** Also of what fails in the middle of it, which is told with its reason. */
  @Test
  void nobodyElseFindsWhatIsInASecret() throws Exception {
    run(
        pod(
                "box",
                "Always",
                box("box", device.box(), "echo ${#S}; wc -c </keys/file; " + SLEEP)
                    + variable("variable")
                    + MOUNTS)
            + "  imagePullSecrets: [{name: broken}, {name: pull}]\n");
    run(
        pod(
            "guest",
            "Always",
            guest("guest", device.guest(), "--sleep") + variable("variable") + MOUNTS));
    run(
        pod("pulls", "Always", box("box", registry.host() + "/a/b:1", "true") + variable("file"))
            + "  imagePullSecrets: [{name: broken}, {name: pull}]\n");
    run(pod("odd", "Always", guest("guest", device.guest(), "$(S)") + variable("odd")));
    await("box", "\"type\":\"Ready\",\"status\":\"True\"");
    await("guest", "\"type\":\"Ready\",\"status\":\"True\"");
    await("pulls", "does not exist");
    await("odd", "word 2 of its command has a $ in it");
    device.await("the container has said it", () -> device.log("box", "box").size() == 2);
    assertEquals(
        List.of(Integer.toString(VARIABLE.length()), Integer.toString(FILE.length())),
        device.log("box", "box"));
    assertTrue(
        registry.shown().contains(PasswordRegistry.header("u", PASSWORD)), "it was asked with it");
    lookForSecrets();

    edge.server().cluster().delete(Resource.PODS, "default", "box");
    edge.server().cluster().delete(Resource.PODS, "default", "guest");
    edge.server().cluster().awaitGone(Resource.PODS, "default", "box", LIMIT);
    edge.server().cluster().awaitGone(Resource.PODS, "default", "guest", LIMIT);
    device.endAgent();
    lookForSecrets();
  }

  /** All that the volumes of the pods have as tokens. */
  private Set<String> tokens() throws IOException {
    Set<String> tokens = new HashSet<>();
    try (Stream<Path> files = Files.walk(device.state().sockets().resolve("secrets"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.endsWith("token")) {
          tokens.add(Files.readString(file, StandardCharsets.UTF_8));
        }
      }
    }
    return tokens;
  }

  private void lookForSecrets() throws IOException {
    lines.look();
    if (known.isEmpty()) {
      known.addAll(tokens());
      assertEquals(4, known.size(), "a token for each pod");
      known.addAll(
          List.of(
              VARIABLE,
              FILE,
              PASSWORD,
              BROKEN,
              ODD,
              edge.token(),
              PasswordRegistry.header("u", PASSWORD).substring("Basic ".length())));
    }
    Secrets secrets = Secrets.of(known.toArray(String[]::new));
    secrets.assertAbsentIn(device.words(), lines);
    for (LoggedRequest told : edge.server().log().all()) {
      secrets.assertAbsentIn(told.path(), told.query(), told.body());
    }
    OpenFiles open =
        new OpenFiles(content -> known.stream().anyMatch(content::contains), begin)
            .below(folder.resolve("device"))
            .below(device.containerd().socket().resolveSibling(""));
    for (Path place : List.of(Path.of("/run"), Path.of(System.getProperty("java.io.tmpdir")))) {
      try (Stream<Path> entries = Files.list(place)) {
        for (Path entry : entries.toList()) {
          // 0 of what is gone by now: other tests run beside this one.
          boolean changed = entry.toFile().lastModified() >= begin.toMillis();
          if (changed && !folder.startsWith(entry) && Files.isDirectory(entry)) {
            open.below(entry);
          }
        }
      }
    }
    assertEquals(List.of(), open.found());
    // It would be seen: as what the test itself has left open is.
    assertTrue(lines.toString().contains(folder.resolve("kubeconfig").toString()));
    OpenFiles ours = new OpenFiles(content -> content.contains(edge.token()), begin);
    assertEquals(List.of(folder.resolve("kubeconfig")), ours.below(folder).found());
  }
}
