package dev.flint.agent.pod.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.oci.error.FlintException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Containers that are added to look into a pod. */
final class PodEphemeralTest extends PodHarness {
  private static final String DEBUG = "ephemeralContainers: [{name: d, image: i}]";

  private static PodSpec pod(String... lines) throws FlintException {
    return Pods.served("{}", lines);
  }

  private PodRunner debugged(String restart) throws FlintException {
    PodRunner runner = runner(pod(restart, ONE));
    bringUp(runner, "a");
    runner.change(pod(restart, ONE, DEBUG));
    bringUp(runner, "d");
    return runner;
  }

  private static String one(PodRunner runner) {
    ContainerStatus status = runner.status().ephemeral().get(0);
    return status.state() + " " + status.reason();
  }

  @Test
  void isStartedOnceInAPodThatRuns() throws FlintException {
    PodRunner runner = runner(pod(ONE));
    bringUp(runner, "a");
    runner.change(pod(ONE, DEBUG));
    assertEquals("WAITING ContainerCreating", one(runner));
    assertEquals("create:d", advance(runner, 0));
    instances.step("d", ContainerInstance.Step.CREATED);
    assertEquals("start:d", advance(runner, 0));
    instances.run("d");
    assertEquals("", advance(runner, 0));
    assertEquals("RUNNING ", one(runner));
    assertFalse(runner.status().ephemeral().get(0).ready());
    assertEquals("Running ready", said(runner));

    instances.end("d", 3, 1000);
    assertEquals("", advance(runner, 1_000_000));
    assertEquals("TERMINATED Error", one(runner));
    assertEquals("Running ready", said(runner));
    assertEquals(Long.MAX_VALUE, runner.due());
  }

  @Test
  void isThereBeforeInitContainersHaveEnded() throws FlintException {
    PodRunner runner = runner(pod("initContainers: [{name: x, image: i}]", ONE, DEBUG));
    assertEquals("create:d create:x", advance(runner, 0));
    instances.step("d", ContainerInstance.Step.CREATED);
    advance(runner, 0);
    instances.run("d");
    assertEquals("", advance(runner, 0));
    assertEquals("Pending ContainerCreating", said(runner));
  }

  @Test
  void whatCannotBeMadeIsTriedLaterAndThePodGoesOn() throws FlintException {
    PodRunner runner = runner(pod(ONE));
    bringUp(runner, "a");
    missing = "container app does not run";
    runner.change(pod(ONE, DEBUG));
    assertEquals("", advance(runner, 0));
    assertEquals("WAITING CreateContainerConfigError", one(runner));
    assertEquals(missing, runner.status().ephemeral().get(0).message());
    assertEquals("Running ready", said(runner));
    missing = "";
    assertEquals("", advance(runner, 1));
    assertEquals("create:d", advance(runner, runner.due()));
  }

  @Test
  void endsWithThePod() throws FlintException {
    PodRunner runner = debugged("restartPolicy: Never");
    instances.end("a", 0, 1000);
    assertEquals("stop:d:30", advance(runner, 0));
    assertEquals("Running ", said(runner), "nothing of a pod that is over runs");
    instances.end("d", 137, 1000);
    assertEquals("", advance(runner, 1));
    assertEquals("Succeeded ", said(runner));
    // What is added then is too late.
    runner.change(
        pod(
            "restartPolicy: Never",
            ONE,
            "ephemeralContainers: [{name: d, image: i}, {name: e, image: i}]"));
    assertEquals("", advance(runner, 2));
    assertEquals("Succeeded ", said(runner));
  }

  @Test
  void whatOnlyComesUpAsThePodEndsHoldsItsEnd() throws FlintException {
    PodRunner runner = runner(pod("restartPolicy: Never", ONE));
    bringUp(runner, "a");
    runner.change(pod("restartPolicy: Never", ONE, DEBUG));
    runner.advance(0);
    instances.step("d", ContainerInstance.Step.CREATED);
    assertEquals("create:d start:d", advance(runner, 0));
    instances.end("a", 0, 1000);
    assertEquals("", advance(runner, 0));
    assertEquals("Running ", said(runner));
    instances.run("d");
    assertEquals("stop:d:30", advance(runner, 0));
    instances.end("d", 143, 1000);
    runner.advance(0);
    assertEquals("Succeeded ", said(runner));
  }

  @Test
  void goesWithThePod() throws FlintException {
    PodRunner halted = debugged("restartPolicy: Always");
    halted.halt(Duration.ofSeconds(7));
    assertEquals("stop:a:7 stop:d:7", advance(halted, 0));
    instances.end("a", 0, 1000);
    assertFalse(halted.isHalted());
    instances.end("d", 137, 1000);
    assertTrue(halted.isHalted());

    instances.forget();
    PodRunner removed = debugged("restartPolicy: Always");
    removed.stop();
    assertEquals("stop:a:30 stop:d:30", advance(removed, 0));
    instances.end("a", 0, 1000);
    instances.end("d", 0, 1000);
    assertEquals("remove:a remove:d", advance(removed, 0));
    assertTrue(removed.isGone());
  }

  @Test
  void isNotStartedAgainByALaterAgent() throws FlintException {
    debugged("restartPolicy: Always");
    PodSpec pod = pod("restartPolicy: Always", ONE, DEBUG);
    assertEquals("", advance(runner(pod), 0), "it runs on");
    instances.end("d", 0, 1000);
    PodRunner next = runner(pod);
    assertEquals("", advance(next, 0));
    assertEquals("TERMINATED Completed", one(next));
  }

  @Test
  void isNotStartedAgainWhenThePodIsChanged() throws FlintException {
    PodRunner before = debugged("restartPolicy: Always");
    before.handOver();
    assertEquals("stop:d:30 stop:a:30", advance(before, 0));
    instances.end("a", 0, 1000);
    assertEquals("remove:a", advance(before, 0));
    assertFalse(before.isGone());
    instances.end("d", 137, 1000);
    assertEquals("", advance(before, 0));
    assertTrue(before.isGone());

    PodRunner after =
        runner(pod("restartPolicy: Always", "containers: [{name: a, image: j}]", DEBUG));
    assertEquals("create:a", advance(after, 0));
    assertEquals("TERMINATED Error", one(after));
  }
}
