package dev.flint.agent.pod.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.ProbeSpec;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.PodInstances;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class PodRunnerTest {
  private static final HostFacts HOST = new HostFacts("edge", "", 1, 1 << 20);
  private static final String TWO = "containers: [{name: a, image: i}, {name: b, image: i}]";
  private static final String ONE = "containers: [{name: a, image: i}]";

  private final FakeInstances instances = new FakeInstances();
  private final List<Consumer<String>> probes = new ArrayList<>();
  private String missing = "";

  private PodRunner runner(PodSpec pod) {
    PodParts.Probes prober =
        (InstanceSpec spec, ProbeSpec probe, Consumer<String> result) -> probes.add(result);
    return new PodRunner(
        pod,
        new PodParts(
            instances,
            container -> {
              if (!missing.isEmpty()) {
                throw new FlintException(ErrorCode.NOT_FOUND, missing);
              }
              return new PodInstances(pod, ConfigObjects.NONE, HOST).one(container, Map.of());
            },
            prober,
            Backoff.Rule.RESTARTS,
            Backoff.Rule.IMAGES));
  }

  private String advance(PodRunner runner, long now) {
    runner.advance(now);
    return instances.asked();
  }

  private static String said(PodRunner runner) {
    PodStatus status = runner.status();
    return status.phase().word() + " " + status.reason() + (status.ready() ? "ready" : "");
  }

  private void bringUp(PodRunner runner, String name) {
    runner.advance(0);
    instances.step(name, ContainerInstance.Step.CREATED);
    runner.advance(0);
    instances.run(name);
    runner.advance(0);
    instances.asked();
  }

  /** U24: init containers. */
  @Test
  void runsInitContainersInOrderAndThenAllOthers() throws FlintException {
    PodRunner runner =
        runner(Pods.spec("initContainers: [{name: x, image: i}, {name: y, image: i}]", TWO));
    assertEquals("Pending PodInitializing".substring(0, 8), said(runner).substring(0, 8));
    assertEquals("create:x", advance(runner, 0));
    assertEquals("", advance(runner, 0));
    assertEquals("Pending ContainerCreating", said(runner));
    instances.step("x", ContainerInstance.Step.CREATED);
    assertEquals("start:x", advance(runner, 0));
    instances.run("x");
    assertEquals("", advance(runner, 0));
    assertEquals("PodInitializing", runner.status().containers().get(0).reason());
    instances.end("x", 0, 5);
    assertEquals("create:y", advance(runner, 0));
    instances.step("y", ContainerInstance.Step.CREATED);
    advance(runner, 0);
    instances.run("y");
    instances.end("y", 0, 5);
    assertEquals("create:a create:b", advance(runner, 0));
    instances.step("a", ContainerInstance.Step.CREATED);
    instances.step("b", ContainerInstance.Step.CREATED);
    assertEquals("start:a start:b", advance(runner, 0));
    instances.run("a");
    instances.run("b");
    assertEquals("", advance(runner, 0));
    assertEquals("Running ready", said(runner));
  }

  @Test
  void repeatsAFailedInitContainerOnlyIfThePolicyAllows() throws FlintException {
    String init = "initContainers: [{name: x, image: i}]";
    PodRunner never = runner(Pods.spec("restartPolicy: Never", init, ONE));
    bringUp(never, "x");
    instances.end("x", 3, 5);
    assertEquals("", advance(never, 0));
    assertEquals("Failed Error", said(never));
    instances.asked();

    PodRunner always = runner(Pods.spec(init, ONE));
    assertEquals("remove:x", advance(always, 0), "that of another document");
    bringUp(always, "x");
    instances.end("x", 3, 5);
    assertEquals("start:x", advance(always, 0));
  }

  @Test
  void backsOffFromAContainerThatCannotBeStarted() throws FlintException {
    PodRunner runner = runner(Pods.spec(ONE));
    bringUp(runner, "a");
    instances.cannotStart("a");
    assertEquals("start:a", advance(runner, 0), "the first restart is at once");
    instances.cannotStart("a");
    assertEquals("", advance(runner, 100));
    assertEquals("Running CrashLoopBackOff", said(runner));
  }

  @Test
  void backsOffFromAContainerThatCrashes() throws FlintException {
    PodRunner runner = runner(Pods.spec(ONE));
    bringUp(runner, "a");
    instances.end("a", 1, 5);
    assertEquals("start:a", advance(runner, 0), "the first restart is at once");
    instances.run("a");
    instances.end("a", 0, 5);
    assertEquals("", advance(runner, 100));
    assertEquals("Running CrashLoopBackOff", said(runner));
    assertEquals(10_100, runner.due());
    assertEquals("", advance(runner, 10_099));
    assertEquals("start:a", advance(runner, 10_100));
    instances.run("a");
    instances.end("a", 0, 700_000);
    assertEquals("start:a", advance(runner, 20_000), "it ran well for more than ten minutes");
    instances.run("a");
    advance(runner, 20_000);
    assertEquals("Running ready", said(runner));
    assertEquals(3, runner.status().containers().get(0).restarts());
  }

  @Test
  void aNewAgentGoesOnBackingOff() throws FlintException {
    PodSpec pod = Pods.spec(ONE);
    PodRunner first = runner(pod);
    bringUp(first, "a");
    for (int i = 0; i < 3; i++) {
      instances.end("a", 1, 5);
      first.advance(1_000_000L * i);
      first.advance(1_000_000L * i + 500_000);
      instances.run("a");
    }
    instances.end("a", 1, 5);
    instances.asked();
    PodRunner second = runner(pod);
    assertEquals("", advance(second, 0));
    assertEquals("Running CrashLoopBackOff", said(second));
    assertEquals(40_000, second.due());
  }

  @Test
  void aNewAgentTakesOverWhatRuns() throws FlintException {
    PodSpec pod = Pods.spec("initContainers: [{name: x, image: i}]", ONE);
    PodRunner first = runner(pod);
    bringUp(first, "x");
    instances.end("x", 0, 5);
    bringUp(first, "a");
    PodRunner second = runner(pod);
    assertEquals("", advance(second, 0));
    assertEquals("Running ready", said(second));
  }

  @Test
  void endsAsThePolicySays() throws FlintException {
    PodRunner runner = runner(Pods.spec("restartPolicy: OnFailure", ONE));
    bringUp(runner, "a");
    instances.end("a", 0, 5);
    assertEquals("", advance(runner, 0));
    assertEquals("Succeeded ", said(runner));
  }

  @Test
  void triesAgainToGetAnImage() throws FlintException {
    PodRunner runner = runner(Pods.spec(ONE));
    assertEquals("create:a", advance(runner, 0));
    instances.fail("a", "ErrImagePull");
    assertEquals("", advance(runner, 0));
    assertEquals("Pending ErrImagePull", said(runner));
    assertEquals("", advance(runner, 1));
    assertEquals("Pending ImagePullBackOff", said(runner));
    assertEquals(10_000, runner.due());
    assertEquals("create:a", advance(runner, 10_000));
    instances.fail("a", "ErrImagePull");
    assertEquals("", advance(runner, 10_000));
    assertEquals(30_000, runner.due());
  }

  @Test
  void waitsForWhatAContainerRefersTo() throws FlintException {
    PodRunner runner = runner(Pods.spec(ONE));
    missing = "secret \"s\" not found";
    assertEquals("", advance(runner, 0));
    assertEquals("Pending CreateContainerConfigError", said(runner));
    assertEquals("secret \"s\" not found", runner.status().message());
    missing = "";
    assertEquals("", advance(runner, 5));
    assertEquals("create:a", advance(runner, 10_000));
  }

  /** U25: restart policy, probes. */
  @Test
  void restartsAContainerWhoseLivenessFails() throws FlintException {
    PodRunner runner =
        runner(
            Pods.spec(
                "terminationGracePeriodSeconds: 7",
                "containers:",
                "- name: a",
                "  image: i",
                "  livenessProbe: {tcpSocket: {port: 1}, failureThreshold: 2, periodSeconds: 5}",
                "  readinessProbe: {tcpSocket: {port: 2}, initialDelaySeconds: 60}"));
    bringUp(runner, "a");
    assertEquals("Running ", said(runner));
    assertEquals(1, probes.size());
    probes.remove(0).accept("closed");
    assertEquals("", advance(runner, 4_999));
    assertEquals(5_000, runner.due());
    advance(runner, 5_000);
    probes.remove(0).accept("closed");
    assertEquals("stop:a:7", advance(runner, 5_001));
    assertEquals("", advance(runner, 5_002));
    assertEquals("closed", runner.status().containers().get(0).message());
    instances.end("a", 137, 5);
    assertEquals("start:a", advance(runner, 6_000));
  }

  @Test
  void isReadyWhenItsProbeSaysSo() throws FlintException {
    PodRunner runner =
        runner(
            Pods.spec(
                "containers:",
                "- name: a",
                "  image: i",
                "  startupProbe: {tcpSocket: {port: 1}}",
                "  readinessProbe: {tcpSocket: {port: 2}}"));
    bringUp(runner, "a");
    assertEquals(1, probes.size(), "readiness waits for startup");
    probes.remove(0).accept("");
    assertFalse(runner.status().ready());
    assertTrue(runner.status().containers().get(0).started());
    advance(runner, 1);
    probes.remove(0).accept("");
    assertTrue(runner.status().ready());
  }

  @Test
  void comesDownCleanly() throws FlintException {
    PodRunner runner = runner(Pods.spec("terminationGracePeriodSeconds: 7", TWO));
    runner.advance(0);
    instances.step("a", ContainerInstance.Step.CREATED);
    runner.advance(0);
    instances.run("a");
    instances.asked();
    runner.stop();
    assertFalse(runner.isGone());
    assertEquals("stop:a:7 remove:b", advance(runner, 0));
    assertFalse(runner.isGone());
    instances.end("a", 143, 5);
    assertEquals("remove:a", advance(runner, 0));
    assertTrue(runner.isGone());
  }
}
