package dev.flint.agent.kube.evict;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.kube.node.EvictionLimits;
import dev.flint.agent.kube.node.NodeHost;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.PodFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class EvictionKeeperTest {
  /** Of a device on which nothing can be looked at. */
  private static EvictionKeeper keeper(Consumer<String> warnings) {
    Evictor.Means means =
        new Evictor.Means() {
          @Override
          public List<PodView> pods() {
            throw new OutOfMemoryError("pods");
          }

          @Override
          public PodUse memory(PodSpec pod) {
            throw new IllegalStateException("of no pod");
          }

          @Override
          public PodUse disk(PodSpec pod, DiskMeasure measure) {
            throw new IllegalStateException("of no pod");
          }

          @Override
          public void evict(PodSpec pod, PodFailure why) {}

          @Override
          public void reclaim() {}

          @Override
          public boolean isReclaiming() {
            return false;
          }
        };
    return new EvictionKeeper(
        new NodeHost(Path.of("/"), Path.of("/")),
        EvictionLimits.usual(85),
        means,
        new DiskUse(),
        warnings);
  }

  @Test
  void aLookThatFailsIsToldOf() {
    List<String> said = new ArrayList<>();
    keeper(said::add).look();
    assertEquals(
        List.of(
            "whether memory and disk are short cannot be told: java.lang.OutOfMemoryError: pods"),
        said);
  }

  /** Else nobody would look any more. */
  @Test
  void whereThereIsNoRoomForWordsItGoesOn() {
    EvictionKeeper keeper =
        keeper(
            line -> {
              throw new OutOfMemoryError("words");
            });
    assertDoesNotThrow(keeper::look);
  }
}
