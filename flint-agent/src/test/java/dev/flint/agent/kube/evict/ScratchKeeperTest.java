package dev.flint.agent.kube.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.PodFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScratchKeeperTest {
  @Test
  void aLookThatFailsIsToldOf() {
    ScratchLook.Means means =
        new ScratchLook.Means() {
          @Override
          public List<PodView> pods() {
            throw new OutOfMemoryError("pods");
          }

          @Override
          public List<Path> written(PodSpec pod, String container) {
            throw new IllegalStateException("of no pod");
          }

          @Override
          public Path volume(PodSpec pod, String name) {
            throw new IllegalStateException("of no pod");
          }

          @Override
          public void evict(PodSpec pod, PodFailure why) {}
        };
    List<String> said = new ArrayList<>();
    new ScratchKeeper(means, new DiskUse(), said::add).look();
    assertEquals(
        List.of(
            "whether pods take too much of the disk cannot be told: java.lang.OutOfMemoryError:"
                + " pods"),
        said);
  }

  /** So that who makes millions of files does not have the processor too. */
  @Test
  void whatTakesLongIsDoneSeldom() {
    assertEquals(Duration.ofSeconds(10), pause(Duration.ZERO));
    assertEquals(Duration.ofSeconds(30), pause(Duration.ofSeconds(3)));
    assertEquals(Duration.ofMinutes(5), pause(Duration.ofHours(1)));
  }

  private static Duration pause(Duration took) {
    return Duration.ofNanos(ScratchKeeper.pause(took.toNanos()));
  }
}
