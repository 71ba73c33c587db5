package dev.flint.agent.node;

import dev.flint.agent.image.KnownImages;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * Room for images: has unused ones removed by a child process when their file system is too full,
 * or a fetch found no room. Thread-safe.
 */
public final class ImageSpace {
  private static final long LOOK_NANOS = 300_000_000_000L;
  private static final int STACK = 512 * 1024;

  private final ChildProgram child;
  private final Path state;
  private final Rule rule;
  private final KnownImages known;
  private final FetchCount count;
  private final Consumer<String> warnings;
  private final ThreadFactory threads;
  private long nextLook = System.nanoTime();
  private long missing = -1;
  private boolean collecting;
  private boolean warned;
  private boolean warnedOfFetch;

  /** Images of the instances there were at the last look. */
  private Set<String> used = Set.of();

  /**
   * When images are removed.
   *
   * @param high percent of the file system in use, above which they are; 100 for never
   * @param low percent in use to which they are
   * @param minAgeSeconds how long an image must not have been used
   */
  public record Rule(int high, int low, long minAgeSeconds) {
    private static final int ALL = 100;
    private static final int GUESS = 5;

    /** What kubelets have. */
    public static final Rule USUAL = new Rule(85, 80, 120);

    /** How many bytes should be freed; 0 if it is not too full. */
    long excess(long total, long usable) {
      if (total <= 0 || high >= ALL) {
        return 0;
      }
      double used = ALL - ALL * (double) usable / total;
      return used <= high ? 0 : Math.max(1, share(total, ALL - low) - usable);
    }

    /** How many bytes may help a fetch that found no room and does not know how much it lacks. */
    long guess(long total) {
      return share(total, Math.min(GUESS, Math.max(1, high - low)));
    }

    private static long share(long total, int percent) {
      return (long) (total * (percent / (double) ALL));
    }
  }

  /**
   * Looks after the room of images.
   *
   * @param child that takes {@code collect-images --state DIR --free BYTES --fetch BYTES --min-age
   *     SECONDS --keep REF ...} and prints what it did: {@code images}, {@code bytes}, {@code
   *     names}, and {@code possible} bytes if those were too few for the fetch
   * @param state the agent's folder
   * @param warnings is told what was removed, and what could not be
   */
  public ImageSpace(
      ChildProgram child, Path state, Rule rule, FetchCount count, Consumer<String> warnings) {
    this(child, state, rule, count, warnings, ImageSpace::thread);
  }

  ImageSpace(
      ChildProgram child,
      Path state,
      Rule rule,
      FetchCount count,
      Consumer<String> warnings,
      ThreadFactory threads) {
    this.child = child;
    this.state = state;
    this.rule = rule;
    this.known = new KnownImages(child.images());
    this.count = count;
    this.warnings = warnings;
    this.threads = threads;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(null, work, "flint-image-gc", STACK);
    thread.setDaemon(true);
    return thread;
  }

  /** What is here; one for the process, as it locks a file. */
  KnownImages known() {
    return known;
  }

  /** A fetch found too little room: so many bytes, or 0 if it does not know. */
  synchronized void require(long bytes) {
    missing = Math.max(missing, bytes);
  }

  /** Whether images are being removed, or that was asked for and not begun. */
  synchronized boolean isBusy() {
    return collecting || missing >= 0;
  }

  /**
   * Looks whether there is room, if that was not done for a while.
   *
   * @param pods whose images stay, whether or not there are instances of them
   */
  void look(Collection<PodSpec> pods, Supervisor supervisor) {
    long wanted;
    long fetch;
    synchronized (this) {
      if (collecting || (missing < 0 && System.nanoTime() - nextLook < 0)) {
        return;
      }
      nextLook = System.nanoTime() + LOOK_NANOS;
      wanted = wanted();
      fetch = Math.max(0, missing);
      missing = -1;
      collecting = wanted > 0 || fetch > 0;
    }
    try {
      noteUse(supervisor);
      if (wanted > 0 || fetch > 0) {
        threads.newThread(() -> run(wanted, fetch, names(pods))).start();
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      // There may be no thread for a moment; what needs room asks again.
      ended();
      warnings.accept("unused images are not removed: " + e);
    }
  }

  private synchronized void ended() {
    collecting = false;
  }

  private long wanted() {
    File folder = child.images().toFile();
    long total = folder.getTotalSpace();
    long excess = rule.excess(total, folder.getUsableSpace());
    return missing == 0 ? Math.max(excess, rule.guess(total)) : excess;
  }

  /** What was used until its instance went was used until now. */
  private void noteUse(Supervisor supervisor) {
    Set<String> now = new TreeSet<>();
    for (InstanceView view : supervisor.list()) {
      now.add(view.spec().image());
    }
    for (String reference : used) {
      if (!now.contains(reference)) {
        try {
          known.used(reference);
        } catch (IOException e) {
          // Then it is removed sooner than others.
        }
      }
    }
    used = now;
  }

  /** The images of pods, sorted. */
  static List<String> names(Collection<PodSpec> pods) {
    Set<String> names = new TreeSet<>();
    for (PodSpec pod : pods) {
      for (ContainerSpec container : pod.everyContainer()) {
        names.add(container.image());
      }
    }
    return new ArrayList<>(names);
  }

  private void run(long wanted, long fetch, List<String> keep) {
    try {
      collect(wanted, fetch, keep);
    } catch (IOException e) {
      warnings.accept("unused images are not removed: " + FlintException.line(e));
    } finally {
      ended();
    }
  }

  /**
   * Has images removed, now.
   *
   * @param wanted bytes that should be freed, or what is possible of them
   * @param fetch bytes that a fetch lacks, fewer of which do not help it; or 0
   */
  void collect(long wanted, long fetch, List<String> keep) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "collect-images",
                "--state",
                state.toString(),
                "--free",
                Long.toString(wanted),
                "--fetch",
                Long.toString(fetch),
                "--min-age",
                Long.toString(rule.minAgeSeconds)));
    for (String name : keep) {
      args.add("--keep");
      args.add(name);
    }
    JsonObject done = child.run(args, "the child failed");
    long images = done.integer("images").orElse(0);
    long bytes = done.integer("bytes").orElse(0);
    count.removed(images, bytes);
    if (images > 0) {
      warnings.accept(
          "to make room, unused images were removed: "
              + bytes
              + " bytes, "
              + String.join(" ", done.strings("names")));
    }
    boolean tooFew = bytes < wanted;
    if (tooFew && !warned) {
      warnings.accept(
          "the disk of the images is too full, and no image is unused: "
              + (wanted - bytes)
              + " bytes more should be free");
    }
    warned = tooFew;
    long possible = done.integer("possible").orElse(-1);
    if (possible >= 0 && !warnedOfFetch) {
      warnings.accept(
          "an image lacks "
              + fetch
              + " bytes of room, but all that is unused is "
              + possible
              + " bytes: nothing is removed for it");
    }
    warnedOfFetch = possible >= 0;
  }
}
