package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.json.JsonItem;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeRoomTest {
  private static final NodeRoom ROOM = new NodeRoom(3, 2000, 1 << 30, 1 << 30, List::of);

  private static String text(String name, String made, String resources) {
    return "{apiVersion: v1, kind: Pod, metadata: {namespace: default, name: "
        + name
        + ", uid: u-"
        + name
        + ", creationTimestamp: '"
        + made
        + "'}, spec: {overhead: {cpu: 100m}, initContainers: [{name: i, image: 'i:1', resources: "
        + "{requests: {cpu: 1}}}], containers: [{name: a, image: 'i:1', resources: "
        + resources
        + "}, {name: b, image: 'i:1', resources: {requests: {cpu: 100m}, limits: {memory: 64Mi}}}]}}";
  }

  private static PodSpec pod(String name, String resources) throws IOException {
    byte[] text = text(name, "", resources).getBytes(StandardCharsets.UTF_8);
    return PodParser.parse(YamlReader.read(text, name).get(0), PodOrigin.API);
  }

  private static ApiPod apiPod(String name, String made, String resources) throws IOException {
    byte[] text = text(name, made, resources).getBytes(StandardCharsets.UTF_8);
    return ApiPod.read(JsonItem.whole(YamlReader.read(text, name).get(0)));
  }

  @Test
  void countsAsTheSchedulerDoes() throws IOException {
    assertEquals(new PodRequests(1100, 64 << 20, 0), PodRequests.of(pod("one", "{}")));
    assertEquals(
        new PodRequests(1700, (64 << 20) + 1000, 0),
        PodRequests.of(pod("two", "{limits: {cpu: 2}, requests: {cpu: 1.5, memory: 1k}}")));
  }

  /** A container that asks for 2 CPUs, after init containers and sidecars (s). */
  @ParameterizedTest
  @CsvSource({
    "i5, 5",
    "s1, 3",
    "s1 i3, 4",
    "i3 s1, 3",
    "s2 i6 s3, 8",
    "s2 i4 s3 i2, 7",
  })
  void countsSidecarsAsTheSchedulerDoes(String inits, long cpus) throws IOException {
    List<String> before = new ArrayList<>();
    for (String one : inits.split(" ", -1)) {
      String kind = one.startsWith("s") ? "restartPolicy: Always, " : "";
      String name = "{name: c" + before.size() + ", image: i, " + kind;
      before.add(name + "resources: {requests: {cpu: " + one.charAt(1) + "}}}");
    }
    PodSpec pod = one("{requests: {cpu: 2}}", "initContainers: " + before + ", ");
    assertEquals(new PodRequests(cpus * 1000, 0, 0), PodRequests.of(pod));
  }

  @Test
  void saysWhatThereIsTooLittleOfLikeAKubelet() throws IOException {
    PodSpec small = pod("small", "{}");
    assertEquals(Refusal.NONE, ROOM.refuse(small, List.of()));
    assertEquals(
        new Refusal(
            true,
            "OutOfcpu",
            "Pod was rejected: Node didn't have enough resource: cpu, requested: 1100, used: 1100,"
                + " capacity: 2000"),
        ROOM.refuse(small, List.of(small)));
    assertEquals("OutOfpods", ROOM.refuse(small, List.of(small, small, small)).reason());
    PodSpec large = pod("large", "{requests: {memory: 1Gi}}");
    assertEquals("OutOfmemory", ROOM.refuse(large, List.of()).reason());
    PodSpec full = one("{limits: {ephemeral-storage: 768Mi}}", "");
    assertEquals(Refusal.NONE, ROOM.refuse(full, List.of()));
    assertEquals(
        new Refusal(
            true,
            "OutOfephemeral-storage",
            "Pod was rejected: Node didn't have enough resource: ephemeral-storage, requested:"
                + " 805306368, used: 805306368, capacity: 1073741824"),
        ROOM.refuse(full, List.of(full)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', ''",
    "MemoryPressure, {}, [MemoryPressure]",
    "MemoryPressure, {requests: {cpu: 1m}}, ''",
    "MemoryPressure;DiskPressure, {limits: {memory: 1Mi}}, '[MemoryPressure, DiskPressure]'",
    "PIDPressure, {}, [PIDPressure]"
  })
  void saysWhatIsScarceLikeAKubelet(String scarce, String resources, String said)
      throws IOException {
    List<String> conditions = scarce.isEmpty() ? List.of() : List.of(scarce.split(";"));
    NodeRoom room = new NodeRoom(3, 2000, 1 << 30, 1 << 30, () -> conditions);
    Refusal refusal =
        said.isEmpty()
            ? Refusal.NONE
            : new Refusal(
                true, "Evicted", "Pod was rejected: The node had condition: " + said + ". ");
    assertEquals(refusal, room.refuse(one(resources, ""), List.of()));
    assertEquals(Refusal.NONE, room.refuse(one(resources, "priority: 2000000000, "), List.of()));
  }

  /** As those of DaemonSets; the overhead says nothing of what the pod itself asks for. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{key: node.kubernetes.io/memory-pressure, operator: Exists, effect: NoSchedule} | true",
        "{key: node.kubernetes.io/memory-pressure} | true",
        "{operator: Exists} | true",
        "{key: node.kubernetes.io/memory-pressure, value: x} | false",
        "{key: node.kubernetes.io/memory-pressure, operator: Exists, effect: NoExecute} | false",
        "{key: node.kubernetes.io/disk-pressure, operator: Exists} | false",
        "{key: node.kubernetes.io/memory-pressure, operator: Gt} | false",
      })
  void whoBearsThePressureOfMemoryIsRun(String toleration, boolean runs) throws IOException {
    PodSpec pod =
        one("{}", "overhead: {memory: 1Mi}, tolerations: [{key: a}, " + toleration + "], ");
    List<String> memory = List.of("MemoryPressure");
    Refusal refusal = new NodeRoom(3, 2000, 1 << 30, 1 << 30, () -> memory).refuse(pod, List.of());
    assertEquals(runs ? "" : "Evicted", refusal.reason());
    List<String> both = List.of("DiskPressure", "MemoryPressure");
    assertEquals(
        "Evicted",
        new NodeRoom(3, 2000, 1 << 30, 1 << 30, () -> both).refuse(pod, List.of()).reason());
  }

  private static PodSpec one(String resources, String rest) throws IOException {
    String text =
        "{apiVersion: v1, kind: Pod, metadata: {namespace: default, name: p, uid: u}, spec: {"
            + rest
            + "containers: [{name: a, image: 'i:1', resources: "
            + (resources.isEmpty() ? "{}" : resources)
            + "}]}}";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return PodParser.parse(YamlReader.read(bytes, "p").get(0), PodOrigin.API);
  }

  @Test
  void whoWasMadeFirstIsRunWhateverTheOrderOfTheList() throws IOException {
    PodMirror mirror = new PodMirror();
    mirror.limit(ROOM, List::of);
    ApiPod late = apiPod("a", "2026-11-22T10:00:02Z", "{}");
    ApiPod early = apiPod("b", "2026-11-22T10:00:01Z", "{}");
    mirror.replace(List.of(late, early));
    assertEquals("OutOfcpu", refusal(mirror, "a"));
    assertEquals("", refusal(mirror, "b"));
    // The same when the list is read again, and the earlier one has gone.
    mirror.replace(List.of(late, early));
    assertEquals("OutOfcpu", refusal(mirror, "a"));
    mirror.replace(List.of(late));
    assertEquals("OutOfcpu", refusal(mirror, "a"));
  }

  @Test
  void podsOfFilesTakeRoomToo() throws IOException {
    PodMirror mirror = new PodMirror();
    PodSpec file = pod("file", "{}");
    mirror.limit(ROOM, () -> List.of(file));
    mirror.put(apiPod("a", "", "{}"));
    assertEquals("OutOfcpu", refusal(mirror, "a"));
  }

  private static String refusal(PodMirror mirror, String name) {
    return mirror.find(new ObjectName("default", name)).orElseThrow().refusal().reason();
  }
}
