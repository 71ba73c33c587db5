package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.watch.PodEvent;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonItem;
import dev.flint.oci.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Texts of pods that are together too long never end one that runs, and what has ended is not in
 * the way of any.
 */
final class PodMirrorTest {
  private static final int MIB = 1 << 20;
  private static final String BEGUN = "startTime: '2026-11-22T10:00:00Z'";

  /** What a pod of a usual Deployment weighs. */
  private static final int USUAL = 13_400;

  private final PodMirror mirror = new PodMirror();

  private static ApiPod pod(String name, int weight, String metadata, String status)
      throws FlintException {
    String text =
        "{apiVersion: v1, kind: Pod, metadata: {namespace: default, name: %s, uid: u-%s%s}, spec:"
                .formatted(name, name, metadata)
            + " {containers: [{name: c, image: 'i:1'}]}, status: {"
            + status
            + "}}";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ApiPod.read(new JsonItem(YamlReader.read(bytes, name).get(0), "", weight));
  }

  private static ApiPod pod(String name, int weight) throws FlintException {
    return pod(name, weight, "", "");
  }

  /** All names; of those that are not run with a mark. */
  private String names() {
    List<String> names = new ArrayList<>();
    for (ApiPod pod : mirror.all()) {
      names.add(pod.name().name() + (pod.spec() == null ? "!" : ""));
    }
    return String.join(" ", names);
  }

  @Test
  void whatIsWrittenIntoARunningPodIsPassedOver() throws Exception {
    mirror.replace(List.of(pod("a", 3 * MIB), pod("b", 2 * MIB)));
    mirror.put(pod("a", 5 * MIB, ", generation: 2", ""));
    assertEquals("a b", names());
    mirror.replace(List.of(pod("a", 5 * MIB), pod("b", 5 * MIB)));
    assertEquals("a b", names());
    // It is as heavy as it was: there is room for this one, and for nothing else.
    mirror.put(pod("c", MIB));
    mirror.put(pod("d", 1));
    assertEquals("a b c d!", names());
    String deleted = ", deletionTimestamp: '2026-11-22T10:00:00Z', deletionGracePeriodSeconds: 7";
    mirror.put(pod("a", 5 * MIB, deleted, ""));
    assertEquals("a b c d!", names());
    assertEquals(Duration.ofSeconds(7), mirror.all().get(0).grace());
  }

  /** Those that came later and were refused are in the list too. */
  @Test
  void anAgentThatIsStartedAnewGoesOnWithWhatWasBegun() throws Exception {
    PodMirror list = new PodMirror();
    list.put(pod("a", 2 * MIB));
    list.put(pod("b", 2 * MIB, "", BEGUN));
    list.put(pod("c", 2 * MIB));
    list.put(pod("d", 3 * MIB, "", BEGUN));
    mirror.replace(list.all());
    assertEquals("a! b c! d", names());
    assertEquals("UnsupportedPod", mirror.all().get(0).refusal().reason());
  }

  private static String over(int minute) {
    return "startTime: '2026-11-22T10:%02d:00Z', phase: Failed".formatted(minute);
  }

  /** All that a list has, as it is read. */
  private void read(ApiPod... pods) {
    PodMirror list = new PodMirror();
    for (ApiPod pod : pods) {
      list.put(pod);
    }
    mirror.replace(list.all());
  }

  @Test
  void whatHasEndedKeepsNobodyOut() throws Exception {
    mirror.replace(List.of(pod("a", 4 * MIB, "", over(1)), pod("b", 4 * MIB, "", over(2))));
    mirror.put(pod("c", 4 * MIB, "", over(3)));
    mirror.put(pod("z", 6 * MIB));
    assertEquals("a! b! c! z", names());
    assertEquals(Refusal.NONE, mirror.all().get(2).refusal());
  }

  @Test
  void anAgentThatIsStartedAnewGoesOnWithWhatRunsBehindManyThatHaveEnded() throws Exception {
    List<ApiPod> all = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      all.add(pod("a" + i, USUAL, "", over(1)));
    }
    all.add(pod("y", USUAL));
    all.add(pod("z", USUAL, "", BEGUN));
    read(all.toArray(ApiPod[]::new));
    String names = names();
    assertEquals("y z", names.substring(names.length() - 3));
    mirror.put(pod("zz", USUAL));
    names = names();
    assertEquals("y z zz", names.substring(names.length() - 6));
  }

  /** Its log can be read as long as there is room. */
  @Test
  void whatRanHereAndHasEndedGivesWayAsFarAsItHelps() throws Exception {
    mirror.replace(List.of(pod("a", 2 * MIB), pod("b", 2 * MIB), pod("c", 2 * MIB)));
    mirror.put(pod("a", 2 * MIB, "", over(2)));
    mirror.put(pod("b", 2 * MIB, "", over(1)));
    assertEquals("a b c", names());
    mirror.put(pod("d", 5 * MIB));
    assertEquals("a b c d!", names());
    mirror.put(pod("e", 2 * MIB));
    assertEquals("a c d! e", names());
    read(
        pod("a", 2 * MIB, "", over(2)),
        pod("c", 2 * MIB, "", BEGUN),
        pod("e", 2 * MIB, "", BEGUN),
        pod("f", 2 * MIB));
    assertEquals("c e f", names());
  }

  /** They have grown by their statuses since they began, and by what was written into them. */
  @Test
  void whatWasBegunIsNeverRefusedForOthers() throws Exception {
    read(
        pod("a", 3 * MIB, "", BEGUN),
        pod("b", 2 * MIB),
        pod("c", 3 * MIB, "", BEGUN),
        pod("d", 3 * MIB, "", BEGUN));
    assertEquals("a b! c d", names());
  }

  /** Nothing is told of them, and what runs is left to run. */
  @Test
  void whatWasBegunAndWouldFillTheMemoryIsLeftAsItIs() throws Exception {
    read(
        pod("a", 5 * MIB, "", BEGUN),
        pod("b", 3 * MIB, "", BEGUN),
        pod("c", 5 * MIB, "", BEGUN),
        pod("d", MIB, "", BEGUN));
    assertEquals("a b c! d", names());
    ApiPods pods = new ApiPods(mirror, new NoInputs());
    assertEquals(3, pods.look().stream().filter(PodEvent.PodAdded.class::isInstance).count());
    assertFalse(pods.isKnown(), "else it would be ended as a stranger");
    mirror.remove(pod("c", 0).name(), "u-c");
    pods.look();
    assertTrue(pods.isKnown());
  }

  /** Of those that are not run so many are kept, which is no matter of those that are. */
  @Test
  void whatRunsIsNotForgottenForThousandsThatAreRefused() throws Exception {
    mirror.replace(List.of(pod("z", 1)));
    PodMirror list = mirror.list();
    ApiPod other = pod("a", 1);
    for (int i = 0; i < 10_001; i++) {
      ApiPod refused =
          new ApiPod(
              new ObjectName("default", "a" + i),
              "u-a" + i,
              1,
              null,
              Refusal.unsupported("it is odd"),
              null,
              false,
              "",
              other.status(),
              0);
      list.put(refused);
    }
    list.put(pod("z", 1, ", annotations: {flint.dev/backend: nonsense}", ""));
    assertEquals(10_001, list.all().size());
    mirror.replace(list);
    assertTrue(names().endsWith("! z"));
  }
}
