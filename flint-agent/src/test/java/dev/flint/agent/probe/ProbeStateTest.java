package dev.flint.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.ProbeSpec;
import dev.flint.oci.error.FlintException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProbeStateTest {
  private static ProbeState state(ProbeSpec.Kind kind, int delay, int successes, int failures) {
    ProbeSpec spec =
        new ProbeSpec(new ProbeSpec.Tcp("", 1, ""), delay, 1, 10, successes, failures, -1);
    return new ProbeState(spec, kind, 1000);
  }

  /** Results: + and -, and ? for none; after them g: good, b: bad. */
  @ParameterizedTest
  @CsvSource({
    "LIVENESS,1,3,'',g",
    "LIVENESS,1,3,--,g",
    "LIVENESS,1,3,---,b",
    "LIVENESS,1,3,--+--,g",
    "LIVENESS,1,3,--?,g",
    "LIVENESS,1,3,--??-,b",
    "LIVENESS,1,1,-,b",
    "READINESS,1,3,'',''",
    "READINESS,1,3,+,g",
    "READINESS,2,3,+,''",
    "READINESS,2,3,+-+,''",
    "READINESS,2,3,++,g",
    "READINESS,2,3,++--,g",
    "READINESS,2,3,++---,''",
    "READINESS,2,3,++---+,''",
    "READINESS,2,3,++---++,g",
    "STARTUP,1,3,--,''",
    "STARTUP,1,3,--+,g",
    "STARTUP,1,3,---,b",
  })
  void countsResultsInARow(
      ProbeSpec.Kind kind, int successes, int failures, String results, String outcome) {
    ProbeState state = state(kind, 0, successes, failures);
    long now = 1000;
    for (int i = 0; i < results.length(); i++) {
      assertTrue(state.isDue(now));
      state.begun(now);
      if (results.charAt(i) == '?') {
        state.lost();
      } else {
        state.result(results.charAt(i) == '+');
      }
      now += 10_000;
    }
    assertEquals(outcome, (state.isGood() ? "g" : "") + (state.isBad() ? "b" : ""));
  }

  @Test
  void keepsToItsTimes() {
    ProbeState state = state(ProbeSpec.Kind.READINESS, 5, 1, 1);
    assertFalse(state.isDue(5_999));
    assertTrue(state.isDue(6_000));
    state.begun(6_000);
    assertFalse(state.isDue(20_000), "one is under way");
    assertEquals(Long.MAX_VALUE, state.due());
    state.result(true);
    assertEquals(16_000, state.due());
  }

  @Test
  void startupGatesTheOthersAndIsDoneOnce() throws FlintException {
    ContainerSpec container =
        Pods.container(
            "startupProbe: {tcpSocket: {port: 1}}",
            "livenessProbe: {tcpSocket: {port: 2}, initialDelaySeconds: 3}");
    ContainerProbes probes = new ContainerProbes(container, 0);
    ProbeState startup = probes.next(0).orElseThrow();
    assertTrue(probes.next(50_000).isEmpty());
    assertFalse(probes.isReady());
    startup.result(true);
    assertTrue(probes.isReady());
    assertEquals(3_000, probes.due());
    ProbeState liveness = probes.next(50_000).orElseThrow();
    assertEquals(2, ((ProbeSpec.Tcp) liveness.spec().handler()).port());
    assertTrue(probes.next(90_000).isEmpty());
  }
}
