package dev.flint.agent.pod.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.Resources;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.launch.InstanceNames;
import dev.flint.oci.error.FlintException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PodRunnerTest extends PodHarness {
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
    assertEquals(ProbeKills.NONE, runner.status().containers().get(0).kills());
    assertEquals("stop:a:7", advance(runner, 5_001));
    assertEquals("", advance(runner, 5_002));
    ProbeKills once = new ProbeKills(1, "liveness");
    assertEquals(once, runner.status().containers().get(0).kills());
    assertEquals("Liveness probe failed: closed", runner.status().containers().get(0).message());
    instances.end("a", 137, 5);
    assertEquals("start:a", advance(runner, 6_000));
    assertEquals(once, runner.status().containers().get(0).kills());
  }

  /** As with a kubelet: else each new agent would have it not ready for so long. */
  @Test
  void theFirstPauseOfAProbeIsOfTheRunNotOfTheAgent() throws FlintException {
    PodSpec pod =
        Pods.spec(
            "containers: [{name: a, image: i,",
            "  readinessProbe: {tcpSocket: {port: 1}, initialDelaySeconds: 60}}]");
    bringUp(runner(pod), "a");
    instances.runAge = 45_000;
    PodRunner next = runner(pod);
    next.advance(1_000);
    assertEquals(16_000, next.due());
    PodRunner last = runner(pod);
    instances.runAge = 90_000;
    last.advance(1_000);
    assertEquals(1, probes.size());
    probes.remove(0).accept("");
    assertEquals("Running ready", said(last));

    instances.end("a", 1, 5);
    last.advance(2_000);
    instances.run("a");
    last.advance(3_000);
    assertEquals(
        63_000, last.due(), "what it starts itself has all of it, whatever the clock says");
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

  @Test
  void whatIsEvictedHasFailedAndStaysSo() throws FlintException {
    PodSpec pod = Pods.spec(TWO);
    PodRunner runner = runner(pod);
    runner.advance(0);
    for (String name : List.of("a", "b")) {
      instances.step(name, ContainerInstance.Step.CREATED);
      runner.advance(0);
      instances.run(name);
    }
    advance(runner, 0);
    runner.fail(new PodFailure("Evicted", "no memory"), Duration.ofSeconds(1));
    runner.fail(new PodFailure("Other", "later"), Duration.ofSeconds(9));
    instances.asked();
    assertEquals("stop:a:1 stop:b:1", advance(runner, 1));
    instances.end("a", 0, 1000);
    instances.end("b", 0, 1000);
    assertEquals("", advance(runner, 2));
    assertTrue(runner.hasFailed());
    assertEquals("Failed Evicted", said(runner));
    assertEquals("Failed Evicted", said(runner(pod)));
  }

  /** A shutdown of the device is not the end of what is to run to its own end. */
  @Test
  void whatSaysThatItSucceededAsItWasInterruptedIsRunAnew() throws FlintException {
    PodSpec pod = Pods.spec("restartPolicy: OnFailure", TWO);
    PodRunner runner = runner(pod);
    runner.advance(0);
    for (String name : List.of("a", "b")) {
      instances.step(name, ContainerInstance.Step.CREATED);
      runner.advance(0);
      instances.run(name);
    }
    runner.advance(0);
    instances.end("b", 0, 1000);
    advance(runner, 1);
    runner.suspend(Duration.ofSeconds(9));
    assertEquals("stop:a:9", advance(runner, 2));
    instances.end("a", 0, 1000);
    assertFalse(runner.isHalted(), "the next one would take it for done");
    assertEquals("Running ContainerCreating", said(runner));
    assertEquals("remove:a", advance(runner, 3));
    assertTrue(runner.isHalted());
    assertEquals("create:a", advance(runner(pod), 4), "the other has done what it should");
  }

  @Test
  void anInitContainerThatIsInterruptedHasNotSucceeded() throws FlintException {
    PodSpec pod = Pods.spec("restartPolicy: Never", "initContainers: [{name: x, image: i}]", ONE);
    PodRunner runner = runner(pod);
    bringUp(runner, "x");
    runner.suspend(Duration.ofSeconds(9));
    assertEquals("stop:x:9", advance(runner, 2));
    instances.end("x", 0, 1000);
    assertEquals("remove:x", advance(runner, 3));
    assertEquals("create:x", advance(runner(pod), 4));
  }

  @Test
  void whatIsNeverRunAgainIsNotForBeingInterrupted() throws FlintException {
    PodSpec pod = Pods.spec("restartPolicy: Never", ONE);
    PodRunner runner = runner(pod);
    bringUp(runner, "a");
    runner.suspend(Duration.ofSeconds(9));
    assertEquals("stop:a:9", advance(runner, 2));
    instances.end("a", 0, 1000);
    assertEquals("", advance(runner, 3));
    assertTrue(runner.isHalted());
    assertEquals("", advance(runner(pod), 4));
  }

  /** A pod that was deleted with an hour's grace holds the memory that another needs now. */
  @Test
  void whatIsBeingEndedIsGivenLessTimeWhenItIsEvicted() throws FlintException {
    PodRunner runner = runner(Pods.spec(TWO));
    runner.advance(0);
    instances.step("a", ContainerInstance.Step.CREATED);
    runner.advance(0);
    instances.run("a");
    runner.halt(Duration.ofHours(1));
    instances.asked();
    assertEquals("stop:a:3600 remove:b", advance(runner, 1));
    runner.fail(new PodFailure("Evicted", "no memory"), Duration.ofSeconds(1));
    assertEquals("stop:a:1", advance(runner, 2));
    runner.fail(new PodFailure("Evicted", "no memory"), Duration.ofSeconds(9));
    assertEquals("", advance(runner, 3));
  }

  /** As a pod of a server may be. */
  @Test
  void whatIsResizedGoesOnAndWhatIsMadeLaterHasTheNewSize() throws FlintException {
    String sized = "containers: [{name: a, image: i, resources: {limits: {cpu: %d}}}]";
    PodRunner runner = runner(Pods.served("{}", sized.formatted(1)));
    bringUp(runner, "a");
    PodSpec large = Pods.served("{}", sized.formatted(2));
    runner.change(large);
    assertEquals("", advance(runner, 1));
    assertEquals(large, runner.pod());
    instances.forget();
    assertEquals("create:a", advance(runner, 2));
    ContainerInstance made = instances.find(InstanceNames.of(large.name(), "a")).orElseThrow();
    assertEquals(new Resources(2000, 0), made.spec().resources());
  }
}
