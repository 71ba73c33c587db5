package dev.flint.agent.pod.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PortForward.Protocol;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodInstancesTest {
  private static final HostFacts HOST = new HostFacts("edge-1", "10.0.0.7", 4, 1L << 30);

  private static InstanceSpec only(PodSpec pod, ConfigObjects objects) throws IOException {
    return new PodInstances(pod, objects, HOST).all(Map.of()).get(0);
  }

  private static Map<String, String> env(String... lines) throws IOException {
    return only(
            Pods.spec(
                "containers:",
                "- name: app",
                "  image: i:1",
                "  resources: {limits: {cpu: 1500m, memory: 64Mi}}",
                "  " + String.join("\n    ", lines)),
            objects())
        .env();
  }

  private static ConfigObjects objects() throws FlintException {
    return ConfigObjects.of(
        List.of(
            Pods.object(
                ConfigKind.CONFIG_MAP, "metadata: {name: c}\ndata: {A: one, z.y: two, N: three}"),
            Pods.object(ConfigKind.SECRET, "metadata: {name: s}\nstringData: {K: hidden}"),
            Pods.object(ConfigKind.CONFIG_MAP, "metadata: {name: bytes}\nbinaryData: {A: AAH/}")));
  }

  @Test
  void expandsVariablesAsKubernetesDoes() throws IOException {
    assertEquals(
        "{B=$(A), A=1, C=[1] [$(A)] [$(NONE)] [$] $x $(, D=end$}",
        env(
                "env:",
                "- {name: B, value: $(A)}",
                "- {name: A, value: '1'}",
                "- {name: C, value: '[$(A)] [$$(A)] [$(NONE)] [$$] $x $('}",
                "- {name: D, value: end$}")
            .toString());
  }

  /** U12: env (containerd). */
  @Test
  void readsVariablesFromObjectsFieldsAndResources() throws IOException {
    assertEquals(
        "{P_A=one, P_z.y=two, K=hidden, P_N=n, S=hidden, POD=web, NODE=edge-1, IP=10.0.0.7, L=,"
            + " CPU=2, MEM=64}",
        env(
                "envFrom:",
                "- {prefix: P_, configMapRef: {name: c}}",
                "- {secretRef: {name: s}}",
                "- {configMapRef: {name: none, optional: true}}",
                "env:",
                "- {name: P_N, value: n}",
                "- {name: S, valueFrom: {secretKeyRef: {name: s, key: K}}}",
                "- {name: O, valueFrom: {secretKeyRef: {name: s, key: no, optional: true}}}",
                "- {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}",
                "- {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}",
                "- {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}",
                "- {name: L, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a']\"}}}",
                "- {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}",
                "- {name: MEM, valueFrom: {resourceFieldRef:"
                    + " {resource: limits.memory, divisor: 1Mi}}}")
            .toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "env: [{name: A, valueFrom: {configMapKeyRef: {name: no, key: k}}}]|configmap \"no\" not"
            + " found",
        "env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: k}}}]|configmap \"c\" has no"
            + " key \"k\"",
        "envFrom: [{secretRef: {name: no}}]|secret \"no\" not found",
        "envFrom: [{configMapRef: {name: bytes}}]|key \"A\" of configmap default/bytes is no text",
      })
  void saysWhichObjectIsMissing(String line, String message) {
    FlintException e = assertThrows(FlintException.class, () -> env(line));
    assertEquals("pod web: container app: " + message, e.getMessage());
  }

  /** U31: multi-container pods. */
  @Test
  void makesInstancesInOrder() throws IOException {
    PodSpec pod =
        Pods.pod(
            """
            metadata: {name: web, namespace: shop, annotations: {flint.dev/virtiofs: live}}
            spec:
              terminationGracePeriodSeconds: 7
              initContainers: [{name: first, image: i:1}]
              containers:
              - name: app
                image: i:2
                command: [run, $(A)]
                args: [$$(A)]
                env: [{name: A, value: x}]
                ports:
                - {containerPort: 80, hostPort: 8080}
                - {containerPort: 81}
                livenessProbe: {tcpSocket: {port: 80}}
                readinessProbe: {httpGet: {port: 81}}
                volumeMounts:
                - {name: cfg, mountPath: /etc/cfg}
                - {name: live, mountPath: /live, readOnly: true}
                - {name: tmp, mountPath: /tmp}
              volumes:
              - {name: cfg, configMap: {name: c}}
              - {name: live, hostPath: {path: /data}}
              - {name: tmp, emptyDir: {}}
            """);
    Map<String, Path> volumes =
        Map.of("cfg", Path.of("/s/cfg"), "live", Path.of("/data"), "tmp", Path.of("/s/tmp"));
    List<InstanceSpec> all = new PodInstances(pod, ConfigObjects.NONE, HOST).all(volumes);
    InstanceSpec app = all.get(1);

    assertEquals("shop_web_first", all.get(0).id().text());
    assertEquals("shop_web_app", app.id().text());
    assertEquals(List.of("run", "x"), app.command());
    assertEquals(List.of("$(A)"), app.args());
    assertEquals(RestartRule.NEVER, app.restart());
    assertEquals(7, app.stopGrace().toSeconds());
    assertEquals(new Network.Usual(), app.network());
    assertEquals(
        List.of(
            new PortForward("0.0.0.0", 8080, 80, Protocol.TCP),
            new PortForward("127.0.0.1", 0, 81, Protocol.TCP)),
        app.ports());
    assertEquals(
        List.of(
            new Mount(Path.of("/s/cfg"), "/etc/cfg", true, Mount.Kind.COPY),
            new Mount(Path.of("/data"), "/live", true, Mount.Kind.LIVE),
            new Mount(Path.of("/s/tmp"), "/tmp", false, Mount.Kind.SCRATCH)),
        app.mounts());
    assertEquals("shop", app.labels().get(PodLabels.NAMESPACE));
    assertEquals("app", app.labels().get(PodLabels.CONTAINER));
    assertEquals(pod.uid(), app.labels().get(PodLabels.UID));
    assertEquals(pod.digest().toString(), app.labels().get(PodLabels.DIGEST));
  }

  @Test
  void givesNoTwoContainersOneId() {
    String[] namespaces = {"a", "a-b", "a--b", "n".repeat(63)};
    String[] pods = {
      "p", "p.q", "p--q", "p-q", "x".repeat(30), "x".repeat(253).replace("xxx", "x-x")
    };
    String[] containers = {"c", "c-d", "c--d", "z".repeat(63)};
    Set<String> ids = new HashSet<>();
    for (String namespace : namespaces) {
      for (String pod : pods) {
        for (String container : containers) {
          String id = InstanceNames.of(new ObjectName(namespace, pod), container).text();
          assertTrue(ids.add(id), id);
        }
      }
    }
    assertNotEquals(
        InstanceNames.of(new ObjectName("a", "b"), "c--d"),
        InstanceNames.of(new ObjectName("a", "b"), "c-d"));
  }

  @ParameterizedTest
  @CsvSource({
    "none,None[]",
    "user,User[]",
    "host,Host[]",
    "cni,Cni[name=]",
    "cni:flint,Cni[name=flint]",
  })
  void readsTheNetwork(String text, String network) throws IOException {
    assertEquals(network, NetworkChoice.of(network(text)).toString());
  }

  @ParameterizedTest
  @CsvSource({"tap:", "'tap:a,b'", "bridge", "x", "tap:../x", "tap:-x", "cni:", "'cni:a,ip=dhcp'"})
  void refusesANetworkThatIsNone(String text) {
    assertThrows(FlintException.class, () -> NetworkChoice.of(network(text)));
  }

  @Test
  void probesAtItsOwnAddressNeedNoPortOfTheHost() throws IOException {
    for (String text : List.of("cni", "tap:tap0,ip=198.18.0.2/24")) {
      InstanceSpec probed = only(probed(text), objects());
      assertEquals(List.of(), probed.ports());
      assertEquals("", probed.env().get("IP"), "nobody knows it yet");
    }
    assertEquals(1, only(probed("user"), objects()).ports().size());
    assertEquals("10.0.0.7", only(probed("user"), objects()).env().get("IP"));
    assertThrows(FlintException.class, () -> only(probed("tap:tap0"), objects()));
    assertThrows(FlintException.class, () -> only(probed("bridge:br0,ip=dhcp"), objects()));
  }

  private static PodSpec probed(String network) throws FlintException {
    return Pods.pod(
        "metadata: {name: w, annotations: {flint.dev/network: '"
            + network
            + "'}}\nspec: {containers: [{name: a, image: i, livenessProbe: {tcpSocket: {port: 81}},"
            + " env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}]}");
  }

  private static PodSpec network(String text) throws FlintException {
    return Pods.pod(
        "metadata: {name: w, annotations: {flint.dev/network: '"
            + text
            + "'}}\nspec: {containers: [{name: a, image: i}]}");
  }

  /** As the kubelet: without a limit that of the node, without a request none. */
  @Test
  void limitsAndRequestsOfAServersPodAreThemselves() throws IOException {
    String from = "{name: %s, valueFrom: {resourceFieldRef: {resource: %s, divisor: 1m}}}";
    String yaml =
        """
        metadata: {name: web, uid: 1-2}
        spec:
          serviceAccountName: builder
          containers:
          - name: app
            image: i
            resources: {limits: {cpu: 500m}, requests: {cpu: 100m}}
            env:
            - {name: A, valueFrom: {fieldRef: {fieldPath: spec.serviceAccountName}}}
            - %s
            - %s
            - {name: D, valueFrom: {resourceFieldRef: {resource: limits.memory}}}
            - {name: E, valueFrom: {resourceFieldRef: {resource: requests.memory}}}
        """
            .formatted(from.formatted("B", "limits.cpu"), from.formatted("C", "requests.cpu"));
    PodSpec pod =
        PodParser.parse(
            YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "test").get(0), PodOrigin.API);
    assertEquals(
        Map.of("A", "builder", "B", "500", "C", "100", "D", "" + (1L << 30), "E", "0"),
        only(pod, ConfigObjects.NONE).env());
  }

  /** A request is no limit, also in a file; a limit is a request, as a server would have it. */
  @Test
  void limitsAndRequestsOfAFilesPodAreThemselves() throws IOException {
    String from = "    - {name: %s, valueFrom: {resourceFieldRef: {resource: %s, divisor: %s}}}";
    PodSpec pod =
        Pods.spec(
            "containers:",
            "- name: app",
            "  image: i",
            "  resources: {requests: {cpu: 100m}, limits: {memory: 64Mi}}",
            "  env:",
            from.formatted("A", "limits.cpu", "1m"),
            from.formatted("B", "requests.cpu", "1m"),
            from.formatted("C", "limits.memory", "1Mi"),
            from.formatted("D", "requests.memory", "1Mi"));
    assertEquals("{A=4000, B=100, C=64, D=64}", only(pod, objects()).env().toString());
  }

  @Test
  void theWayToTheServerIsMarkedAndABackendIsKept() throws IOException {
    String access = "/var/run/secrets/kubernetes.io/serviceaccount";
    String yaml =
        """
        metadata: {name: web, uid: 1-2}
        spec:
          runtimeClassName: flint-osv
          containers:
          - {name: app, image: i, volumeMounts: [{name: t, mountPath: %s}]}
          volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token}}]}}]
        """
            .formatted(access);
    PodSpec pod =
        PodParser.parse(
            YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "test").get(0), PodOrigin.API);
    InstanceSpec made =
        new PodInstances(pod, ConfigObjects.NONE, HOST).all(Map.of("t", Path.of("/s/t"))).get(0);
    assertEquals(
        List.of(new Mount(Path.of("/s/t"), access, true, Mount.Kind.ACCESS)), made.mounts());
    assertEquals("osv", made.labels().get(PodLabels.BACKEND));
    assertEquals("spec.runtimeClassName", made.labels().get(PodLabels.BACKEND_FIELD));
  }
}
