package dev.flint.agent.kube.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/** Deleting: at once, or, for pods on a node, when the node says that nothing is left. */
final class Deletion {
  private final ObjectStore store;
  private final Clock clock;

  Deletion(ObjectStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** The object as it is now, or was last. */
  Stored delete(ObjectKey key, DeleteOptions options) throws Refusal {
    synchronized (store) {
      Stored stored = store.get(key);
      check(stored, options);
      boolean pod = key.resource() == Resource.PODS;
      if (!pod && finalizers(stored.tree())) {
        return marked(stored) ? stored : mark(stored, OptionalLong.empty());
      }
      return pod ? pod(stored, options.grace()) : store.remove(stored);
    }
  }

  private static void check(Stored stored, DeleteOptions options) throws Refusal {
    if (options.uid().isPresent() && !options.uid().get().equals(stored.uid())) {
      throw Refusal.conflict(
          stored.key(),
          "Precondition failed: UID in precondition: "
              + options.uid().get()
              + ", UID in object meta: "
              + stored.uid());
    }
    String version = String.valueOf(stored.version());
    if (options.version().isPresent() && !options.version().get().equals(version)) {
      throw Refusal.conflict(
          stored.key(),
          "Precondition failed: ResourceVersion in precondition: "
              + options.version().get()
              + ", ResourceVersion in object meta: "
              + version);
    }
  }

  private Stored pod(Stored stored, OptionalLong asked) {
    Tree pod = stored.tree();
    if (marked(stored)) {
      long left = pod.number("metadata", "deletionGracePeriodSeconds").orElse(0);
      // Whoever deletes again may shorten what is left, never lengthen it.
      return asked.isEmpty() || asked.getAsLong() >= left ? stored : end(stored, asked);
    }
    String phase = pod.text("status", "phase").orElse("");
    boolean nothingRuns =
        pod.text("spec", "nodeName").orElse("").isEmpty()
            || phase.equals("Succeeded")
            || phase.equals("Failed");
    long grace =
        nothingRuns
            ? 0
            : asked.orElse(pod.number("spec", "terminationGracePeriodSeconds").orElse(30));
    return end(stored, OptionalLong.of(Math.max(0, grace)));
  }

  private Stored end(Stored stored, OptionalLong grace) {
    Stored marked = mark(stored, grace);
    return settled(marked.tree()) ? store.remove(marked) : marked;
  }

  private Stored mark(Stored stored, OptionalLong grace) {
    Tree object = stored.edit();
    Tree metadata = object.make("metadata");
    Instant asked =
        metadata
            .text("deletionTimestamp")
            .map(Instant::parse)
            .map(at -> at.minusSeconds(metadata.number("deletionGracePeriodSeconds").orElse(0)))
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS));
    boolean first = !metadata.has("deletionTimestamp");
    metadata.set("deletionTimestamp", asked.plus(Duration.ofSeconds(grace.orElse(0))).toString());
    metadata.set("deletionGracePeriodSeconds", grace.orElse(0));
    if (first && metadata.has("generation")) {
      metadata.set("generation", metadata.number("generation").orElse(0) + 1);
    }
    return store.put(stored.key(), object);
  }

  private static boolean marked(Stored stored) {
    return stored.tree().text("metadata", "deletionTimestamp").isPresent();
  }

  private static boolean finalizers(Tree object) {
    return object
        .child("metadata")
        .map(meta -> !meta.strings("finalizers").isEmpty())
        .orElse(false);
  }

  /** Whether an object is to be deleted and nobody has to do anything before. */
  static boolean settled(Tree object) {
    return object.text("metadata", "deletionTimestamp").isPresent()
        && object.number("metadata", "deletionGracePeriodSeconds").orElse(0) == 0
        && !finalizers(object);
  }
}
