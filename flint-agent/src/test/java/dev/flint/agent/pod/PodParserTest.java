package dev.flint.agent.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.PortForward.Protocol;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodParserTest {
  private static final String FULL =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: web.prod
        namespace: shop
        labels: {app: web}
        annotations: {probe-send.flint.dev/app: hello}
      spec:
        restartPolicy: OnFailure
        terminationGracePeriodSeconds: 5
        tolerations: [{operator: Exists}]
        nodeSelector: {a: b}
        initContainers:
        - {name: first, image: "busybox:1", command: [sh, -c, "true"]}
        containers:
        - name: app
          image: reg/web:latest
          args: ["-v"]
          workingDir: /srv
          env:
          - {name: A, value: "1"}
          - name: B
            valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}
          envFrom:
          - {prefix: P_, configMapRef: {name: c}}
          resources:
            limits: {cpu: 500m, memory: 64Mi}
            requests: {cpu: 0.1}
          ports:
          - {name: http, containerPort: 80, hostPort: 8080, hostIP: 127.0.0.1}
          - {containerPort: 53, protocol: UDP}
          volumeMounts:
          - {name: cfg, mountPath: /etc//cfg/, readOnly: true, subPath: a/b}
          livenessProbe: {httpGet: {path: /ok, port: http}, periodSeconds: 3}
          readinessProbe: {tcpSocket: {port: 80}, successThreshold: 2}
          startupProbe: {exec: {command: [test, -e, /x]}, failureThreshold: 30}
        volumes:
        - name: cfg
          configMap: {name: c, defaultMode: 0400, items: [{key: k, path: d/f, mode: 0600}]}
        - {name: tmp, emptyDir: {sizeLimit: 1Gi}}
        - {name: host, hostPath: {path: /data, type: DirectoryOrCreate}}
        - name: all
          projected:
            sources:
            - secret: {name: s}
            - downwardAPI: {items: [{path: n, fieldRef: {fieldPath: metadata.name}}]}
      """;

  @Test
  void readsAWholePod() throws FlintException {
    PodSpec pod = Pods.pod(FULL);
    ContainerSpec app = pod.containers().get(0);

    assertEquals(new ObjectName("shop", "web.prod"), pod.name());
    assertEquals(RestartRule.When.ON_FAILURE, pod.restart());
    assertEquals(Duration.ofSeconds(5), pod.stopGrace());
    assertEquals(List.of("spec.nodeSelector: ignored"), pod.warnings());
    assertEquals(List.of("sh", "-c", "true"), pod.initContainers().get(0).command());
    assertEquals(PullPolicy.ALWAYS, app.pull());
    assertEquals(new Resources(500, 64L << 20, 100, 0), app.resources());
    assertEquals(
        List.of(
            new PortSpec("http", 80, 8080, "127.0.0.1", Protocol.TCP),
            new PortSpec("", 53, 0, "0.0.0.0", Protocol.UDP)),
        app.ports());
    assertEquals(List.of(new VolumeMount("cfg", "/etc/cfg", "a/b", true)), app.mounts());
    assertEquals(
        List.of(
            new EnvEntry("A", new EnvEntry.Literal("1")),
            new EnvEntry("B", new EnvEntry.Key(ConfigKind.SECRET, "s", "k", true))),
        app.env());
    assertEquals(List.of(new EnvFrom("P_", ConfigKind.CONFIG_MAP, "c", false)), app.envFrom());
    assertEquals(
        new ProbeSpec(new ProbeSpec.Http("", 80, "/ok", Map.of()), 0, 1, 3, 1, 3, -1),
        app.liveness());
    assertEquals(
        new ProbeSpec(new ProbeSpec.Tcp("", 80, "hello"), 0, 1, 10, 2, 3, -1), app.readiness());
    assertEquals(
        new ProbeSpec(new ProbeSpec.Exec(List.of("test", "-e", "/x")), 0, 1, 10, 1, 30, -1),
        app.startup());
    assertEquals(
        List.of(
            new VolumeSpec.Files(
                "cfg",
                0400,
                false,
                List.of(
                    new VolumeSpec.Keys(
                        ConfigKind.CONFIG_MAP,
                        "c",
                        false,
                        List.of(new VolumeSpec.Item("k", "d/f", 0600))))),
            new VolumeSpec.EmptyDir("tmp", 1L << 30, false),
            new VolumeSpec.HostPath("host", "/data", VolumeSpec.HostPath.Type.DIRECTORY_OR_CREATE),
            new VolumeSpec.Files(
                "all",
                0644,
                true,
                List.of(
                    new VolumeSpec.Keys(ConfigKind.SECRET, "s", false, List.of()),
                    new VolumeSpec.Downward(new EnvEntry.Field("metadata.name"), "n", -1)))),
        pod.volumes());
  }

  @Test
  void hasADigestThatFormAndStatusDoNotChange() throws FlintException {
    PodSpec pod = Pods.pod(FULL);
    assertEquals(pod.digest(), Pods.pod(FULL + "status: {phase: Running}\n").digest());
    assertEquals(pod.uid(), Pods.pod("# words\n" + FULL).uid());
    assertTrue(pod.uid().matches("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"), pod.uid());
    assertNotEquals(pod.uid(), Pods.pod(FULL.replace("\"-v\"", "\"-w\"")).uid());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "containers: []|spec.containers: required",
        "containers: [{name: a}]|spec.containers[0].image: required",
        "containers: [{name: a, image: i}, {name: a, image: i}]|spec.containers[1].name: another"
            + " container of the pod has it",
        "containers: [{name: ../a, image: i}]|spec.containers[0].name: must be at most 63",
        "containers: [{name: a, image: 1}]|spec.containers[0].image: must be a string",
        "containers: [{name: a, image: --help}]|spec.containers[0].image: must be an image ref",
        "containers: [{name: a, image: i, comand: [x]}]|spec.containers[0].comand: unknown field",
        "containers: [{name: a, image: i, args: [1]}]|spec.containers[0].args: must be a list of",
        "containers: [{name: a, image: i, workingDir: x}]|spec.containers[0].workingDir: must be",
        "containers: [{name: a, image: i, env: [{name: A, value: 1}]}]|spec.containers[0].env[0]"
            + ".value: must be a string; put it in quotes",
        "containers: [{name: a, image: i, env: [{name: A=B}]}]|spec.containers[0].env[0].name:",
        "containers: [{name: a, image: i, resources: {limits: {cpu: x}}}]|spec.containers[0]"
            + ".resources.limits.cpu: must be a quantity",
        "containers: [{name: a, image: i, resources: {limits: {gpu: 1}}}]|spec.containers[0]"
            + ".resources.limits.gpu: there is no such resource",
        "containers: [{name: a, image: i, resources: {limits: {cpu: 1}, requests: {cpu: 2}}}]|"
            + "spec.containers[0].resources.requests.cpu: must not be more than the limit",
        "containers: [{name: a, image: i, ports: [{containerPort: 70000}]}]|spec.containers[0]"
            + ".ports[0].containerPort: must be between 1 and 65535",
        "containers: [{name: a, image: i, ports: [{containerPort: 1, hostIP: x}]}]|"
            + "spec.containers[0].ports[0].hostIP: must be an IPv4 address",
        "containers: [{name: a, image: i, imagePullPolicy: No}]|spec.containers[0]"
            + ".imagePullPolicy: must be Always",
        "containers: [{name: a, image: i, lifecycle: {preStop: {}}}]|spec.containers[0]"
            + ".lifecycle: not supported",
        "containers: [{name: a, image: i, securityContext: {privileged: true}}]|"
            + "spec.containers[0].securityContext.privileged: not supported",
        "containers: [{name: a, image: i, volumeMounts: [{name: v, mountPath: /x}]}]|"
            + "spec.containers[0].volumeMounts[0].name: no volume of the pod has this name",
        "containers: [{name: a, image: i, livenessProbe: {grpc: {port: 1}}}]|spec.containers[0]"
            + ".livenessProbe.grpc: not supported",
        "containers: [{name: a, image: i, livenessProbe: {}}]|spec.containers[0].livenessProbe:"
            + " must have one of",
        "containers: [{name: a, image: i, livenessProbe: {tcpSocket: {port: http}}}]|"
            + "spec.containers[0].livenessProbe.tcpSocket.port: no port of the container",
        "initContainers: [{name: a, image: i, restartPolicy: Never}]|spec.initContainers[0]"
            + ".restartPolicy: must be Always",
        "initContainers: [{name: a, image: i, livenessProbe: {tcpSocket: {port: 1}}}]|"
            + "spec.initContainers[0].livenessProbe: not supported",
        "containers: [{name: a, image: i, restartPolicy: Always}]|spec.containers[0]"
            + ".restartPolicy: not supported",
        "activeDeadlineSeconds: 0|spec.activeDeadlineSeconds: must be between 1 and",
        "hostPID: true|spec.hostPID: not supported",
        "hostPID: maybe|spec.hostPID: not supported",
        "serviceAccountName: builder|spec.serviceAccountName: not supported",
        "restartPolicy: always|spec.restartPolicy: must be Always, OnFailure or Never",
        "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]|spec.volumes[0]"
            + ".persistentVolumeClaim: volumes of this type are not supported",
        "volumes: [{name: v}]|spec.volumes[0]: must have a type",
        "volumes: [{name: v, emptyDir: {}, secret: {secretName: s}}]|spec.volumes[0]: must have"
            + " one type only",
        "volumes: [{name: ../v, emptyDir: {}}]|spec.volumes[0].name: must be at most",
        "volumes: [{name: v, hostPath: {path: /a/../etc}}]|spec.volumes[0].hostPath.path: must",
        "volumes: [{name: v, hostPath: {path: /a, type: Dir}}]|spec.volumes[0].hostPath.type:",
        "volumes: [{name: v, configMap: {name: c, items: [{key: k, path: ../x}]}}]|"
            + "spec.volumes[0].configMap.items[0].path: must be a relative path without '..'",
        "volumes: [{name: v, configMap: {name: c, items: [{key: k, path: ..data/x}]}}]|"
            + "spec.volumes[0].configMap.items[0].path: must be a relative path without '..'",
        "volumes: [{name: v, secret: {secretName: ../s}}]|spec.volumes[0].secret.secretName:",
        "hostname: a.b|spec.hostname: must be at most 63",
        "hostAliases: [{hostnames: [a]}]|spec.hostAliases[0].ip: required",
        "hostAliases: [{ip: lan.x, hostnames: [a]}]|spec.hostAliases[0].ip: must be an IP address",
        "hostAliases: [{ip: '10.0.0.1 x', hostnames: [a]}]|spec.hostAliases[0].ip: must be an IP",
        "hostAliases: [{ip: '1::2::3', hostnames: [a]}]|spec.hostAliases[0].ip: must be an IP",
        "hostAliases: [{ip: '::1', hostnames: [\"a\\nb\"]}]|spec.hostAliases[0].hostnames: must be",
        "containers: [{name: a, image: i, terminationMessagePath: x}]|spec.containers[0]"
            + ".terminationMessagePath: must be an absolute path",
        "containers: [{name: a, image: i, terminationMessagePath: /a/../b}]|spec.containers[0]"
            + ".terminationMessagePath: must be an absolute path",
        "containers: [{name: a, image: i, terminationMessagePolicy: Logs}]|spec.containers[0]"
            + ".terminationMessagePolicy: must be File or FallbackToLogsOnError",
        "terminationGracePeriodSeconds: -1|spec.terminationGracePeriodSeconds: must be between",
      })
  void namesTheFieldThatIsWrong(String line, String message) {
    FlintException e = assertThrows(FlintException.class, () -> Pods.spec(line));
    assertTrue(
        String.valueOf(e.getMessage()).startsWith("pod web: " + message),
        "said: " + e.getMessage());
  }

  @Test
  void readsFurtherNamesOfHosts() throws FlintException {
    PodSpec pod =
        Pods.spec(
            "containers: [{name: a, image: i}]",
            "hostAliases: [{ip: 10.1.2.3, hostnames: [a.lan, b]}, {ip: 'fd00::1', hostnames: [c]}]");
    assertEquals(List.of("10.1.2.3\ta.lan\tb", "fd00::1\tc"), pod.hostAliases());
    assertEquals(List.of(), pod.warnings());
  }

  private static PodSpec named(String name, String annotation, String line) throws FlintException {
    return Pods.pod(
        "metadata: {name: "
            + name
            + ", annotations: {flint.dev/network: '"
            + annotation
            + "'}}\nspec:\n  containers: [{name: a, image: i}]\n  "
            + line
            + "\n");
  }

  /** As a kubelet cuts them, of which StatefulSets know nothing. */
  @Test
  void aPodIsCalledAsItsNameUnlessItSaysHow() throws FlintException {
    assertEquals("db-0", named("db-0", "cni", "").hostName());
    assertEquals("db.lan", named("db.lan", "none", "").hostName());
    String most = "x".repeat(62);
    assertEquals(most + "y", named(most + "yz", "cni:n", "").hostName());
    assertEquals(most, named(most + "-z", "cni:n", "").hostName());
    assertEquals(most, named(most + ".z", "cni:n", "").hostName());
    PodSpec said = named("db-0", "cni", "hostname: other");
    assertEquals("other", said.hostName());
    assertEquals(List.of(), said.warnings());
    assertEquals(
        List.of("spec.hostname: ignored"), named("db-0", "host", "hostname: other").warnings());
    assertEquals(List.of(), named("db-0", "host", "hostname: x\n  hostNetwork: true").warnings());
  }

  @Test
  void readsWhereLastWordsAreLeft() throws FlintException {
    assertEquals(
        new LastWords("/dev/termination-log", false), Pods.container("command: [x]").lastWords());
    assertEquals(
        new LastWords("/tmp/end", true),
        Pods.container(
                "terminationMessagePath: /tmp//end",
                "terminationMessagePolicy: FallbackToLogsOnError")
            .lastWords());
  }

  @ParameterizedTest
  @CsvSource({"../etc,default", "a/b,default", "web,../x", "web,a.b", "Web,default", "-x,default"})
  void refusesNamesThatAreNone(String name, String namespace) {
    String yaml =
        "metadata: {name: '"
            + name
            + "', namespace: '"
            + namespace
            + "'}\nspec: {containers: [{name: a, image: i}]}";
    FlintException e = assertThrows(FlintException.class, () -> Pods.pod(yaml));
    assertEquals(ErrorCode.PROTOCOL, e.code());
    assertTrue(String.valueOf(e.getMessage()).startsWith("pod: metadata.name"), e.getMessage());
  }

  /** U7: pull policy. */
  @ParameterizedTest
  @CsvSource({
    "web,ALWAYS",
    "web:latest,ALWAYS",
    "reg:5000/web,ALWAYS",
    "reg:5000/web:1,IF_NOT_PRESENT",
    "web@sha256:aa,IF_NOT_PRESENT",
  })
  void pullsAsKubernetesDoesIfNothingIsSaid(String image, PullPolicy policy) {
    assertEquals(policy, PullPolicy.usual(image));
  }

  @ParameterizedTest
  @CsvSource({
    "500m,500,1",
    "0.5,500,1",
    "1,1000,1",
    "1e3,1000000,1000",
    "1E3,1000000,1000",
    "2k,2000000,2000",
    "64Mi,67108864000,67108864",
    "1G,1000000000000,1000000000",
    "1.5Gi,1610612736000,1610612736",
    "100n,1,1",
    "0,0,0",
  })
  void readsQuantities(String text, long milli, long units) {
    assertEquals(milli, Quantity.milli(text));
    assertEquals(units, Quantity.units(text));
  }

  @ParameterizedTest
  @CsvSource({"-1", "x", "1X", "1Kii", "''", "1e", "1e9999", "9E", "1.2.3", "' 1'", "--1", "1i"})
  void refusesWhatIsNoQuantity(String text) {
    assertThrows(RuntimeException.class, () -> Quantity.milli(text));
  }
}
