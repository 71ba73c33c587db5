package dev.flint.agent.pod.update;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.Backoff;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Getting a changed pod ready to run, again and again until it is. Confined to one thread. */
final class NextImages {
  private final PodSpec pod;
  private final UpdateMeans means;
  private final Backoff pause;
  private @Nullable Map<String, PreparedImage> images;
  private boolean underWay;
  private boolean failed;
  private String problem = "";

  NextImages(PodSpec pod, UpdateMeans means, Backoff pause) {
    this.pod = pod;
    this.means = means;
    this.pause = pause;
  }

  PodSpec pod() {
    return pod;
  }

  void advance(long now) {
    if (images == null && !underWay && !failed && !pause.isWaiting(now)) {
      underWay = true;
      means.prepare(pod, this::told);
    }
    if (failed) {
      failed = false;
      pause.failed(now, 0);
    }
  }

  private void told(Map<String, PreparedImage> found, String what) {
    underWay = false;
    if (what.isEmpty()) {
      images = found;
      return;
    }
    failed = true;
    if (!what.equals(problem)) {
      means.say("pod " + pod.name().name() + ": the changed pod has to wait: " + what);
    }
    problem = what;
  }

  /** All of them, once they are there. */
  Optional<Map<String, PreparedImage>> images() {
    return Optional.ofNullable(images);
  }

  /** What went wrong when it was tried last; empty if nothing did. */
  String problem() {
    return problem;
  }

  /** When to try again. */
  long due() {
    return underWay ? Long.MAX_VALUE : pause.until();
  }
}
