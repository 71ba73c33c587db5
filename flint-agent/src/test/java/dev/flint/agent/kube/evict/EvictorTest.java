package dev.flint.agent.kube.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.TestPods;
import dev.flint.agent.kube.node.EvictionLimits;
import dev.flint.agent.kube.node.NodeHost;
import dev.flint.agent.kube.pod.ResourceRequest;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.agent.pod.run.PodFailure;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device of 1 GiB of memory and 100 GiB of disk, and pods that take of it what a test says. */
class EvictorTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  private final List<PodView> pods = new ArrayList<>();
  private final Map<String, Long> uses = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private boolean reclaiming;
  private PodFailure why = new PodFailure("", "");

  private final Evictor evictor =
      new Evictor(
          EvictionLimits.usual(85),
          new Evictor.Means() {
            @Override
            public List<PodView> pods() {
              return List.copyOf(pods);
            }

            @Override
            public PodUse memory(PodSpec pod) {
              long use = uses.getOrDefault(pod.name().name(), 0L);
              return new PodUse(Map.of("app", use), 0, ResourceRequest.of(pod, "memory"));
            }

            @Override
            public PodUse disk(PodSpec pod, DiskMeasure measure) throws IOException {
              long use = measure.of(List.of(Path.of(pod.name().name()))).values().iterator().next();
              return new PodUse(
                  Map.of("app", use), MIB, ResourceRequest.of(pod, "ephemeral-storage"));
            }

            @Override
            public void evict(PodSpec pod, PodFailure reason) {
              calls.add("evict " + pod.name().name());
              why = reason;
            }

            @Override
            public void reclaim() {
              calls.add("reclaim");
            }

            @Override
            public boolean isReclaiming() {
              return reclaiming;
            }
          },
          this::measure,
          said::add);

  private Map<Path, Long> measure(List<Path> pods) throws IOException {
    if (uses.isEmpty()) {
      throw new IOException("du is not there");
    }
    return Map.of(pods.get(0), uses.getOrDefault(pods.get(0).toString(), 0L));
  }

  private static PodSpec spec(String name, long priority, String requests, PodOrigin origin)
      throws FlintException {
    return spec(name, priority, requests, "[]", origin);
  }

  private static PodSpec spec(
      String name, long priority, String requests, String init, PodOrigin origin)
      throws FlintException {
    String json =
        """
        {"metadata": {"name": "%s", "uid": "%s"}, "spec": {"priority": %d, "initContainers": %s,
          "containers": [{"name": "app", "image": "i", "resources": {"requests": {%s}}}]}}
        """
            .formatted(name, name, priority, init, requests);
    return PodParser.parse(JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "pod"), origin);
  }

  private void pod(String name, long priority, String requests, long mib) throws FlintException {
    PodSpec spec = spec(name, priority, requests, PodOrigin.API);
    pods.add(TestPods.view(spec, TestPods.status("app", State.RUNNING, "", null)));
    uses.put(name, mib * MIB);
  }

  private String look(long memoryMib, long diskGib) {
    evictor.look(new NodeHost.Readings(1, GIB, memoryMib * MIB, 100 * GIB, diskGib * GIB, 1, 100));
    String all = String.join(", ", calls);
    calls.clear();
    return all;
  }

  /** As far as it is gone, for good. */
  private void gone(String name) {
    pods.removeIf(view -> view.pod().name().name().equals(name));
  }

  @Test
  void nothingGoesWhileThereIsEnough() throws FlintException {
    pod("a", 0, "", 500);
    assertEquals("", look(100, 10));
    assertEquals(List.of(), said);
  }

  @Test
  void whatTakesMoreThanItAskedForGoesFirstThenTheLeastThenWhoTakesMost() throws FlintException {
    pod("frugal", -5, "\"memory\": \"400Mi\"", 300);
    pod("important", 10, "", 200);
    pod("small", 0, "\"memory\": \"50Mi\"", 70);
    pod("large", 0, "\"memory\": \"200Mi\"", 260);
    for (String next : List.of("large", "small", "important", "frugal")) {
      assertEquals("evict " + next, look(90, 50));
      gone(next);
    }
    assertEquals("", look(90, 50));
    assertEquals("", look(90, 50));
    assertEquals("this device is low on memory, and no pod can be evicted", said.get(4));
    assertEquals(5, said.size(), said::toString);
  }

  @Test
  void saysWhatAKubeletSays() throws FlintException {
    pod("a", 0, "\"memory\": \"64Mi\"", 100);
    look(90, 50);
    assertEquals("Evicted", why.reason());
    assertEquals(
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi."
            + " Container app was using 100Mi, request is 64Mi, has larger consumption of memory. ",
        why.message());
  }

  /** What a sidecar asked for it may have, as any container. */
  @Test
  void requestsOfSidecarsCount() throws FlintException {
    String sidecar =
        "[{\"name\": \"side\", \"image\": \"i\", \"restartPolicy\": \"Always\","
            + " \"resources\": {\"requests\": {\"memory\": \"300Mi\"}}}]";
    PodSpec spec = spec("a", -5, "\"memory\": \"64Mi\"", sidecar, PodOrigin.API);
    PodUse use =
        new PodUse(
            Map.of("app", 32 * MIB, "side", 250 * MIB), 0, ResourceRequest.of(spec, "memory"));
    assertEquals(-82 * MIB, use.excess());
    assertEquals(Map.of("app", 64 * MIB, "side", 300 * MIB), use.request().containers());
  }

  @Test
  void oneAtATimeAndNotForEver() throws FlintException {
    pod("a", 0, "", 100);
    pod("b", 0, "", 50);
    assertEquals("evict a", look(90, 50));
    assertEquals("", look(90, 50), "it is still there");
    assertEquals("", look(90, 50));
    assertEquals("", look(90, 50));
    assertEquals("evict b", look(90, 50), "nobody has heard of it, so others go");
    for (int i = 0; i < 3; i++) {
      assertEquals("", look(90, 50));
    }
    assertEquals("", look(90, 50), "there are no others");
    assertEquals("evict a", look(90, 50), "it may work by now");
    PodView left = pods.remove(0);
    pods.add(
        0,
        new PodView(
            left.pod(),
            TestPods.view(left.pod(), TestPods.status("app", State.TERMINATED, "Error", null))
                .status(),
            left.update(),
            false));
    assertEquals("evict b", look(90, 50), "what has failed is not waited for");
  }

  @Test
  void imagesGoBeforePods() throws FlintException {
    pod("a", 0, "", 100);
    assertEquals("reclaim", look(500, 9));
    reclaiming = true;
    assertEquals("", look(500, 9));
    reclaiming = false;
    assertEquals("", look(500, 11), "that was enough");
    assertEquals("reclaim", look(500, 9));
    assertEquals("evict a", look(500, 9));
    assertEquals(
        "The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 9Gi."
            + " Container app was using 100Mi, request is 0, has larger consumption of"
            + " ephemeral-storage. ",
        why.message());
    gone("a");
    assertEquals("reclaim", look(500, 9), "those of the pod that went");
  }

  /** Trees that are made to hide are what fills disks. */
  @Test
  void whatCannotBeCountedGoesFirst() throws FlintException {
    pod("large", 0, "", 5000);
    pod("hidden", 0, "\"ephemeral-storage\": \"6Gi\"", 0);
    uses.put("hidden", DiskMeasure.ENDLESS);
    assertEquals("reclaim", look(500, 9));
    assertEquals("evict hidden", look(500, 9));
    assertTrue(
        why.message().contains("Container app was using more than can be counted, request is 6Gi"),
        why.message());
  }

  @Test
  void wherePodsCannotBeMeasuredNoneGoesAndThatIsSaidOnce() throws FlintException {
    pod("a", 0, "", 100);
    uses.clear();
    for (int i = 0; i < 3; i++) {
      assertEquals("reclaim", look(500, 9));
      assertEquals("", look(500, 9));
    }
    assertEquals(
        List.of("which pod takes the most of the disk cannot be told: du is not there"), said);
  }

  @Test
  void podsOfFilesAndOfTheSystemStay() throws FlintException {
    PodSpec file = spec("file", 0, "", PodOrigin.FILE);
    pods.add(TestPods.view(file, TestPods.status("app", State.RUNNING, "", null)));
    uses.put("file", 500 * MIB);
    pod("critical", 2_000_001_000L, "", 300);
    pod("idle", 0, "", 0);
    assertEquals("", look(10, 50));
    assertTrue(said.get(0).contains("no pod can be evicted"), said::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "memory.available<100Mi;nodefs.available<10%, 104857600, 100",
    "nodefs.available<1Gi, 0, 1073741824",
    "memory.available<5%, 50, 0",
    "memory.available<0;nodefs.available<100%, 0, 0",
    "memory.available<12.5%, 125, 0",
  })
  void readsWhatAKubeletReads(String text, long memory, long disk) {
    EvictionLimits limits = EvictionLimits.parse(text.replace(';', ','));
    assertEquals(memory, limits.memory().of(1000));
    assertEquals(disk, limits.disk().of(1000));
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "memory.available",
    "memory.available<x",
    "memory.available<-1",
    "memory.available<101%",
    "memory.available<NaN%",
    "imagefs.available<15%",
  })
  void refusesWhatItDoesNotKnow(String text) {
    assertThrows(IllegalArgumentException.class, () -> EvictionLimits.parse(text));
  }
}
