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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ApiPodsTest {
  private final PodMirror mirror = new PodMirror();
  private final ApiPods pods = new ApiPods(mirror, new NoInputs());

  static ApiPod pod(String name, String uid, String metadata, String image, String status)
      throws FlintException {
    String yaml =
        "{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: default, uid: %s %s}, spec: {containers: [{name: c, image: '%s'}]}, status: {%s}}"
            .formatted(name, uid, metadata, image, status);
    return ApiPod.read(
        JsonItem.whole(YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "pod").get(0)));
  }

  private String look() {
    List<String> said = new ArrayList<>();
    for (PodEvent event : pods.look()) {
      if (event instanceof PodEvent.PodAdded added) {
        said.add("+" + added.pod().uid());
      } else if (event instanceof PodEvent.PodChanged changed) {
        said.add("~" + changed.pod().containers().get(0).image());
      } else if (event instanceof PodEvent.PodStopping stopping) {
        said.add("stop " + stopping.grace().toSeconds());
      } else if (event instanceof PodEvent.PodRemoved removed) {
        said.add("-" + removed.name().name());
      }
    }
    return String.join(", ", said);
  }

  @Test
  void saysNothingBeforeTheServerHas() {
    assertFalse(pods.isKnown());
    assertEquals("", look());
    mirror.replace(List.of());
    assertTrue(pods.isKnown());
  }

  @Test
  void tellsWhatCameChangedAndWent() throws FlintException {
    mirror.replace(List.of(pod("a", "u1", "", "i:1", "")));
    assertEquals("+u1", look());
    assertEquals("", look());
    mirror.put(pod("a", "u1", "", "i:2", ""));
    assertEquals("~i:2", look());
    mirror.put(pod("a", "u1", ", resourceVersion: '7'", "i:2", "phase: Running"));
    assertEquals("", look());
    mirror.remove(new ObjectName("default", "a"), "other");
    assertEquals("", look());
    mirror.remove(new ObjectName("default", "a"), "u1");
    assertEquals("-a", look());
  }

  /** {@code kubectl debug}: what it adds is to be run, whatever it asks for. */
  @Test
  void whatIsAddedToLookIntoAPodIsAChangeOfIt() throws FlintException {
    mirror.replace(List.of(pod("a", "u1", "", "i:1", "")));
    look();
    String yaml =
        "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: default, uid: u1}, spec: {containers: [{name: c, image: 'i:1'}], ephemeralContainers: [{name: d, image: i, securityContext: {privileged: true}}]}}";
    mirror.put(
        ApiPod.read(
            JsonItem.whole(YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "pod").get(0))));
    assertEquals("~i:1", look());
    assertEquals(1, pods.pods().get(0).ephemeral().size());
  }

  @Test
  void aPodOfTheSameNameIsAnother() throws FlintException {
    mirror.replace(List.of(pod("a", "u1", "", "i:1", "")));
    look();
    mirror.replace(List.of(pod("a", "u2", "", "i:1", "")));
    assertEquals("-a, +u2", look());
  }

  @Test
  void whatIsDeletedHasItsGraceAndMayGetLess() throws FlintException {
    mirror.replace(List.of(pod("a", "u1", "", "i:1", "")));
    look();
    String deleted = ", deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: ";
    mirror.put(pod("a", "u1", deleted + 30, "i:1", ""));
    assertEquals("stop 30", look());
    assertEquals("", look());
    mirror.put(pod("a", "u1", deleted + 1, "i:1", ""));
    assertEquals("stop 1", look());
  }

  /** An agent that has forgotten all: it stops what it may have of it. */
  @Test
  void whatIsBeingDeletedIsTakenOverAndStopped() throws FlintException {
    String deleted = ", deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 9";
    mirror.replace(List.of(pod("a", "u1", deleted, "i:1", "")));
    assertEquals("+u1, stop 9", look());
  }

  /** An annotation that this node refuses, for example. */
  @Test
  void whatIsWrittenIntoARunningPodDoesNotEndIt() throws FlintException {
    mirror.replace(List.of(pod("a", "u1", "", "i:1", "")));
    look();
    mirror.put(pod("a", "u1", ", annotations: {flint.dev/backend: nonsense}", "i:1", ""));
    assertEquals("", look());
    assertEquals(1, pods.pods().size());
  }

  @Test
  void whatEndedForGoodIsNotRunAgain() throws FlintException {
    mirror.replace(List.of(pod("a", "u1", "", "i:1", "phase: Succeeded")));
    assertEquals("", look());
  }

  @Test
  void whatEndsWhileItIsKnownStaysKnown() throws FlintException {
    mirror.replace(List.of(pod("a", "u1", "", "i:1", "")));
    look();
    mirror.put(pod("a", "u1", "", "i:1", "phase: Failed"));
    assertEquals("", look());
  }
}
