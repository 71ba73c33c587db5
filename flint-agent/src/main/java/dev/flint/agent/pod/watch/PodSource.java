package dev.flint.agent.pod.watch;

import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PullCredentials;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Who says which pods there are to be. Looked at by one thread. */
public interface PodSource {
  /**
   * Looks.
   *
   * @return what changed since the last look: objects first, then removed, changed and added pods
   * @throws IOException if nobody knows at present which pods there are to be; everything stays as
   *     it was
   */
  List<PodEvent> look() throws IOException;

  /** The pods as of the last look, by name. */
  List<PodSpec> pods();

  /** The ConfigMaps and Secrets that a pod may use, as of the last look. */
  ConfigObjects objects(PodSpec pod);

  /** What the images of a pod are pulled with, before what the device has; thread-safe. */
  default PullCredentials pullCredentials(String uid) {
    return PullCredentials.NONE;
  }

  /**
   * Whether it has ever been known which pods there are to be; before, what runs is left alone, as
   * it may be one of them.
   */
  default boolean isKnown() {
    return true;
  }

  /**
   * Whether this pod ended for good before anybody looked here, and is still there to be asked
   * about: what is left of it stays. As of the last look.
   */
  default boolean isOver(String uid) {
    return false;
  }

  /** What cannot be used, by file; thread-safe. */
  Map<String, List<String>> problems();

  /**
   * Has somebody told that a look is worth it, from any thread; without it, once a second is often
   * enough.
   */
  default void listen(Runnable news) {}
}
