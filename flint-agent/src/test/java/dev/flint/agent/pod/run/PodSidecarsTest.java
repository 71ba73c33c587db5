package dev.flint.agent.pod.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.Pods;
import dev.flint.oci.error.FlintException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Init containers that run on. */
final class PodSidecarsTest extends PodHarness {
  private static final String SIDECARS =
      "initContainers: [{name: x, image: i, restartPolicy: Always},"
          + " {name: y, image: i}, {name: z, image: i, restartPolicy: Always,"
          + " startupProbe: {exec: {command: [t]}, periodSeconds: 1}}]";

  /** Up to where the containers are made. */
  private PodRunner besides(PodRunner runner) {
    instances.forget();
    probes.clear();
    bringUp(runner, "x");
    bringUp(runner, "y");
    instances.end("y", 0, 1000);
    bringUp(runner, "z");
    probes.get(0).accept("");
    runner.advance(0);
    bringUp(runner, "a");
    return runner;
  }

  @Test
  void sidecarsRunBesideWhatComesAfterThem() throws FlintException {
    PodRunner runner = runner(Pods.spec(SIDECARS, ONE));
    assertEquals("create:x", advance(runner, 0));
    instances.step("x", ContainerInstance.Step.CREATED);
    assertEquals("start:x", advance(runner, 0));
    instances.run("x");
    assertEquals("create:y", advance(runner, 0));
    bringUp(runner, "y");
    // It comes back, and nothing else is done meanwhile.
    instances.end("x", 1, 1000);
    assertEquals("start:x", advance(runner, 0));
    instances.run("x");
    instances.end("y", 0, 1000);
    assertEquals("create:z", advance(runner, 0));
    instances.step("z", ContainerInstance.Step.CREATED);
    runner.advance(0);
    instances.run("z");
    instances.asked();
    assertEquals("", advance(runner, 0), "its startup probe has not been heard of");
    assertFalse(runner.status().initialized());
    assertEquals("Pending ", said(runner));
    probes.get(0).accept("");
    assertEquals("create:a", advance(runner, 0));
    assertTrue(runner.status().initialized());
    bringUp(runner, "a");
    assertEquals("Running ready", said(runner));
    instances.end("z", 0, 700_000);
    assertEquals("start:z", advance(runner, 0), "whatever it ended with");
    assertEquals("Running ContainerCreating", said(runner));
    assertTrue(runner.status().initialized());
  }

  @Test
  void sidecarsEndAfterAllOthersTheLastOneFirst() throws FlintException {
    PodRunner runner = besides(runner(Pods.spec("restartPolicy: Never", SIDECARS, ONE)));
    instances.end("a", 0, 1000);
    assertEquals("stop:z:30", advance(runner, 0));
    assertEquals("Running ", said(runner));
    instances.end("z", 143, 1000);
    assertEquals("stop:x:20", advance(runner, 10_000));
    assertEquals("Running ", said(runner));
    instances.end("x", 137, 1000);
    assertEquals("", advance(runner, 11_000));
    assertEquals("Succeeded ", said(runner), "what becomes of sidecars says nothing");

    // An agent that comes then finds all as it is.
    PodRunner next = runner(Pods.spec("restartPolicy: Never", SIDECARS, ONE));
    assertEquals("", advance(next, 0));
    assertEquals("Succeeded ", said(next));
  }

  @Test
  void anInitContainerThatFailsTakesTheSidecarsWithIt() throws FlintException {
    PodRunner runner = runner(Pods.spec("restartPolicy: Never", SIDECARS, ONE));
    bringUp(runner, "x");
    bringUp(runner, "y");
    instances.end("y", 3, 1000);
    assertEquals("stop:x:30", advance(runner, 0));
    instances.end("x", 0, 1000);
    assertEquals("", advance(runner, 0));
    assertEquals("Failed Error", said(runner));
  }

  @Test
  void whenAPodIsEndedItsSidecarsHaveWhatIsLeftOfTheGrace() throws FlintException {
    PodRunner runner = besides(runner(Pods.spec(SIDECARS, ONE)));
    runner.halt(Duration.ofSeconds(10));
    assertEquals("stop:a:10", advance(runner, 100_000));
    assertEquals("", advance(runner, 104_000));
    instances.end("a", 143, 1000);
    assertEquals("stop:z:6", advance(runner, 104_000));
    assertFalse(runner.isHalted());
    instances.end("z", 143, 1000);
    assertEquals("stop:x:2", advance(runner, 109_900));
    instances.end("x", 143, 1000);
    assertTrue(runner.isHalted());
    assertEquals("", advance(runner, 110_000));
  }

  /** How often somebody who does what {@code due} says would do something in a minute. */
  private int steps(PodRunner runner, long from) {
    int steps = 0;
    for (long now = from; runner.due() <= from + 60_000 && steps < 100; steps++) {
      now = Math.max(now + 1, runner.due());
      runner.advance(now);
    }
    return steps;
  }

  @Test
  void whatEndsWaitsForNewsAndNotForTime() throws FlintException {
    String deadline = "activeDeadlineSeconds: 60";
    PodRunner ended = besides(runner(Pods.spec(deadline, SIDECARS, ONE)));
    ended.halt(Duration.ofSeconds(10));
    ended.advance(100_000);
    assertEquals(0, steps(ended, 100_000), "halting");

    PodRunner late = besides(runner(Pods.spec(deadline, SIDECARS, ONE)));
    late.advance(60_000);
    instances.end("a", 0, 1000);
    late.advance(60_001);
    assertEquals(0, steps(late, 60_001), "too late");

    PodRunner over = besides(runner(Pods.spec("restartPolicy: Never", SIDECARS, ONE)));
    instances.end("x", 1, 1000);
    over.advance(1);
    instances.end("a", 0, 1000);
    over.advance(2);
    assertEquals(0, steps(over, 2), "over");

    PodRunner leaves = besides(runner(Pods.spec(SIDECARS, ONE)));
    instances.end("x", 1, 1000);
    leaves.advance(1);
    leaves.stop();
    assertEquals(0, steps(leaves, 1), "leaving");
  }

  @Test
  void aPodThatGoesTakesItsSidecarsAwayLast() throws FlintException {
    PodRunner runner = besides(runner(Pods.spec(SIDECARS, ONE)));
    runner.stop();
    assertEquals("remove:y stop:a:30", advance(runner, 0));
    instances.end("a", 0, 1000);
    assertEquals("remove:a stop:z:30", advance(runner, 0));
    instances.end("z", 0, 1000);
    assertEquals("remove:z stop:x:30", advance(runner, 0));
    instances.end("x", 0, 1000);
    assertEquals("remove:x", advance(runner, 0));
    assertTrue(runner.isGone());
  }
}
