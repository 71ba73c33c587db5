package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Whoever may make pods can make them look like mirrors, with long texts. */
final class MirrorPodsTest {
  private static final String TEXT = "x".repeat(250_000);

  private final MirrorPods pods = new MirrorPods();

  private static MirrorPod pod(int number, String of, String message) throws FlintException {
    String text =
        """
        metadata:
          namespace: default
          name: m%d
          uid: u-%d
          annotations: {kubernetes.io/config.mirror: "%s"}
        status: {phase: Running, message: "%s", podIPs: [{ip: 10.0.0.1}]}
        """
            .formatted(number, number, of, message);
    return MirrorPod.read(YamlReader.read(text.getBytes(StandardCharsets.UTF_8), "pod").get(0));
  }

  @Test
  void whatIsNoUidIsNotKept() throws Exception {
    MirrorPod long1 = pod(1, TEXT, "");
    assertEquals("", long1.of());
    assertEquals("d0c5", pod(1, "d0c5", "").of());
  }

  @Test
  void statusesTakeSoMuchAndNoMore() throws Exception {
    for (int i = 0; i < 90; i++) {
      pods.put(pod(i, "d0c5", TEXT));
    }
    pods.put(pod(90, "d0c5", ""));
    pods.remove(pod(0, "d0c5", "").name(), "u-0");
    pods.put(pod(91, "d0c5", ""));
    assertEquals(91, pods.all().size());
    long kept = 0;
    for (MirrorPod pod : pods.all()) {
      kept += pod.status().toString().length();
    }
    assertEquals(0, kept / (2 << 20), "MiB: " + (kept >> 20));
    for (int small : new int[] {90, 91}) {
      MirrorPod ours = pods.find(pod(small, "", "").name()).orElseThrow();
      assertEquals("Running", ours.status().requiredString("phase"));
    }
  }
}
