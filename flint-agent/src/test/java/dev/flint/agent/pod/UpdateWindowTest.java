package dev.flint.agent.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.FlintException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UpdateWindowTest {
  private static PodSpec pod(String annotation) throws FlintException {
    return Pods.pod(
        "metadata: {name: web, annotations: {flint.dev/update-window: '"
            + annotation
            + "'}}\nspec: {containers: [{name: a, image: i}]}\n");
  }

  @ParameterizedTest
  @CsvSource({"0s, 0", "90s, 90", "5m, 300", "24h, 86400", "0h, 0", "007s, 7"})
  void isWhatTheAnnotationSays(String text, long seconds) throws FlintException {
    assertEquals(seconds, pod(text).updateWindow().toSeconds());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "60", "-1s", "1.5m", "25h", "1d", "9999999s", "6 0s", "１s"})
  void refusesWhatIsNoTime(String text) {
    FlintException refusal = assertThrows(FlintException.class, () -> pod(text));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .startsWith("pod web: metadata.annotations[flint.dev/update-window]: must be a time"),
        refusal::getMessage);
  }

  @Test
  void isAMinuteAndWhatTheProbesMayTakeIfNothingIsSaid() throws FlintException {
    String probes =
        "containers: [{name: a, image: i}, {name: b, image: i,"
            + " startupProbe: {exec: {command: [x]}, initialDelaySeconds: 5, failureThreshold: 30,"
            + " periodSeconds: 10}, readinessProbe: {exec: {command: [x]}, periodSeconds: 7}}]";
    assertEquals(60, Pods.spec("containers: [{name: a, image: i}]").updateWindow().toSeconds());
    assertEquals(60 + 5 + 300 + 7, Pods.spec(probes).updateWindow().toSeconds());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Never", "OnFailure"})
  void isNothingForPodsThatEnd(String policy) throws FlintException {
    assertTrue(
        Pods.spec("restartPolicy: " + policy, "containers: [{name: a, image: i}]")
            .updateWindow()
            .isZero());
  }
}
