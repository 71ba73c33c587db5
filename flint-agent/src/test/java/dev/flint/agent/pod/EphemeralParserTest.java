package dev.flint.agent.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.Interaction;
import dev.flint.oci.error.FlintException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers that {@code kubectl debug} adds. */
final class EphemeralParserTest {
  private static PodSpec pod(String... ephemeral) throws FlintException {
    return Pods.served(
        "{}",
        "initContainers: [{name: first, image: i}]",
        "containers: [{name: app, image: i}]",
        "volumes: [{name: v, emptyDir: {}}]",
        "ephemeralContainers: [" + String.join(", ", ephemeral) + "]");
  }

  @Test
  void readsWhatKubectlDebugWrites() throws FlintException {
    PodSpec pod =
        pod(
            "{name: debugger-x, image: 'busybox:1', imagePullPolicy: IfNotPresent, command: [sh],"
                + " stdin: true, tty: true, resources: {}, targetContainerName: app,"
                + " terminationMessagePath: /dev/termination-log, terminationMessagePolicy: File,"
                + " securityContext: {capabilities: {add: [SYS_PTRACE]}},"
                + " volumeMounts: [{name: v, mountPath: /v}]}");
    EphemeralSpec one = pod.ephemeral("debugger-x").orElseThrow();
    assertEquals("", one.refusal());
    assertEquals("app", one.target());
    assertEquals("busybox:1", one.container().image());
    assertEquals(List.of("sh"), one.container().command());
    assertEquals(new Interaction(true, false, true), one.container().interaction());
    assertEquals("/v", one.container().mounts().get(0).path());
    assertEquals(List.of(), pod.warnings());
    assertEquals(2, pod.allContainers().size());
    assertEquals(one.container(), pod.everyContainer().get(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "securityContext: {privileged: true}",
        "lifecycle: {preStop: {exec: {command: [x]}}}",
        "livenessProbe: {exec: {command: [x]}}",
        "ports: [{containerPort: 80}]",
        "resources: {limits: {memory: 1Gi}}",
        "restartPolicy: Always",
        "targetContainerName: other",
        "volumeMounts: [{name: w, mountPath: /v}]",
        "volumeMounts: [{name: v, mountPath: /v, subPath: x}]",
        "env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]",
        "envFrom: [{configMapRef: {name: c}}]",
      })
  void whatCannotBeHadIsNotRunAndThePodGoesOn(String member) throws FlintException {
    PodSpec pod = pod("{name: d, image: 'b:1', " + member + "}", "{name: e, image: 'b:1'}");
    EphemeralSpec refused = pod.ephemeral("d").orElseThrow();
    assertTrue(
        refused.refusal().startsWith("pod web: spec.ephemeralContainers[0]."), refused::refusal);
    assertEquals("b:1", refused.container().image());
    assertEquals("", pod.ephemeral("e").orElseThrow().refusal());
  }

  @Test
  void whatHasNoNameOfItsOwnIsPassedOver() throws FlintException {
    PodSpec pod = pod("{name: app, image: b}", "{image: b}", "{name: d}", "{name: d, image: b}");
    assertEquals(1, pod.ephemeral().size());
    assertEquals(
        List.of(
            "pod web: spec.ephemeralContainers[0].name: another container of the pod has it",
            "pod web: spec.ephemeralContainers[1].name: required",
            "pod web: spec.ephemeralContainers[2].image: required"),
        pod.warnings());
  }

  @Test
  void areNotForPodsOfFiles() {
    assertThrows(
        FlintException.class,
        () ->
            Pods.spec(
                "containers: [{name: a, image: i}]", "ephemeralContainers: [{name: d, image: b}]"));
  }
}
