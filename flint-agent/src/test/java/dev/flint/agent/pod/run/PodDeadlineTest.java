package dev.flint.agent.pod.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.oci.error.FlintException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pods that may be active for so long only. */
final class PodDeadlineTest extends PodHarness {
  @Test
  void whatIsActiveForTooLongIsEndedAndHasFailed() throws FlintException {
    PodRunner runner =
        runner(Pods.spec("activeDeadlineSeconds: 60", "terminationGracePeriodSeconds: 7", ONE));
    assertEquals(Long.MAX_VALUE, runner.due());
    bringUp(runner, "a");
    assertEquals(60_000, runner.due());
    assertEquals("", advance(runner, 59_999));
    assertEquals("stop:a:7", advance(runner, 60_000));
    assertEquals("", advance(runner, 60_001));
    assertEquals("Running DeadlineExceededready", said(runner));
    instances.end("a", 0, 1000);
    assertEquals("", advance(runner, 61_000));
    assertEquals("Failed DeadlineExceeded", said(runner));
    assertEquals(Long.MAX_VALUE, runner.due());
    assertFalse(runner.isHalting(), "another may take its place");
    assertEquals(
        "Failed Pod was active on the node longer than the specified deadline",
        runner.status().phase().word() + " " + runner.status().message());
  }

  @Test
  void whatAnEarlierAgentBeganCountsToo() throws FlintException {
    PodSpec pod = Pods.spec("activeDeadlineSeconds: 60", ONE);
    bringUp(runner(pod), "a");
    instances.age = 50_000;
    PodRunner next = runner(pod);
    assertEquals("", advance(next, 1_000_000));
    assertEquals(1_010_000, next.due());
    assertEquals("stop:a:30", advance(next, 1_010_000));
    instances.end("a", 143, 1000);
    instances.age = 70_000;
    PodRunner last = runner(pod);
    assertEquals("", advance(last, 0), "it is not started again");
    assertEquals("Failed DeadlineExceeded", said(last));
  }

  /** What ends as it was asked to ends well. */
  @Test
  void anotherAgentDoesNotTakeItForASuccess() throws FlintException {
    PodSpec pod = Pods.spec("activeDeadlineSeconds: 60", "restartPolicy: Never", TWO);
    PodRunner runner = runner(pod);
    runner.advance(0);
    for (String name : List.of("a", "b")) {
      instances.step(name, ContainerInstance.Step.CREATED);
      runner.advance(0);
      instances.run(name);
    }
    runner.advance(60_000);
    instances.end("a", 0, 1000);
    instances.asked();

    PodRunner next = runner(pod);
    assertEquals("stop:b:30", advance(next, 0), "the grace begins anew");
    assertEquals("Running DeadlineExceeded", said(next).replace("ready", ""));
    instances.end("b", 0, 1000);
    assertEquals("", advance(next, 1));

    PodRunner last = runner(pod);
    assertEquals("", advance(last, 0));
    assertEquals("Failed DeadlineExceeded", said(last));
    assertEquals(Long.MAX_VALUE, last.due());
  }

  @Test
  void aDeadlineCanComeLater() throws FlintException {
    PodRunner runner = runner(Pods.served("{}", ONE));
    bringUp(runner, "a");
    assertEquals("", advance(runner, 90_000));
    runner.change(Pods.served("{}", "activeDeadlineSeconds: 60", ONE));
    assertEquals("stop:a:30", advance(runner, 90_001));
  }

  /** Also one whose image never comes. */
  @Test
  void whatNeverBeganIsGivenUpToo() throws FlintException {
    PodRunner runner = runner(Pods.spec("activeDeadlineSeconds: 60", ONE));
    runner.advance(0);
    instances.fail("a", "ErrImagePull");
    runner.advance(1);
    instances.asked();
    assertEquals("remove:a", advance(runner, 60_000));
    assertEquals("Failed DeadlineExceeded", said(runner));
  }

  @Test
  void whatHasEndedIsNotTooLate() throws FlintException {
    PodRunner runner = runner(Pods.spec("activeDeadlineSeconds: 60", "restartPolicy: Never", ONE));
    bringUp(runner, "a");
    instances.end("a", 0, 1000);
    runner.advance(2000);
    assertEquals(Long.MAX_VALUE, runner.due());
    assertEquals("", advance(runner, 70_000));
    assertEquals("Succeeded ", said(runner));
  }
}
