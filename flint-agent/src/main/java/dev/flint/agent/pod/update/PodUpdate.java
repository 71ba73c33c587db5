package dev.flint.agent.pod.update;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.run.PodStatus;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which document of a pod runs: that of its file, or the one before while the images of the
 * other are on their way, or after it was tried and was not well.
 *
 * <p>Two things go on side by side. What the file says and does not run is fetched; then it takes
 * the place of whatever runs, at once. And what has taken the place of a pod that was well is
 * watched: it is kept if it is well when its window ends, and taken back if it is not, or as soon
 * as a container of it crashes. Each decision is on disk before anything is brought down for it. If
 * nothing was ever well there is nothing to go back to.
 *
 * <p>{@code now} is milliseconds of a clock that never jumps. Confined to one thread.
 */
public final class PodUpdate {
  private static final int MAX_BOOTS = 3;

  /** What was well for so long may be gone back to. */
  private static final long PROOF_MILLIS = 10_000;

  private static final long RETRY_MILLIS = 5_000;
  private static final long NEVER = Long.MAX_VALUE;

  private final UpdateMeans means;
  private final Backoff.Rule pulls;
  private final Optional<PodSpec> before;
  private UpdateRecord record;
  private PodSpec wanted;
  private PodSpec running;
  private Map<String, PreparedImage> pins = Map.of();
  private @Nullable NextImages next;
  private @Nullable Window window;
  private boolean rebooted;
  private long wellSince = NEVER;
  private int restarts;
  private boolean unwritten;
  private long writeAgain;
  private boolean complained;
  private long rollbacks;

  /**
   * Goes on where another left off.
   *
   * @param found what is kept of the pod
   * @param wanted what its file says
   * @param pulls the pauses between tries to get images
   */
  public PodUpdate(UpdateRecord found, PodSpec wanted, UpdateMeans means, Backoff.Rule pulls) {
    this.means = means;
    this.pulls = pulls;
    this.wanted = wanted;
    UpdateRecord.Bad bad = found.bad();
    // Else the file was changed while nobody looked.
    boolean tried = bad != null && bad.uid().equals(wanted.uid());
    record = tried ? found : found.withBad(null);
    PinnedPod good = found.good();
    Trial trial = found.trial();
    if (good == null) {
      record = UpdateRecord.none(wanted.name());
      running = wanted;
      before = Optional.empty();
    } else if (trial == null) {
      running = good.pod();
      pins = isWanted(running) ? pins : good.images();
      before = Optional.empty();
    } else if (trial.over() || isWanted(good.pod())) {
      record = record.withTrial(trial.ended());
      running = good.pod();
      pins = good.images();
      before = Optional.of(trial.next().pod());
    } else {
      running = trial.next().pod();
      pins = trial.next().images();
      before = trial.boots() == 0 ? Optional.of(good.pod()) : Optional.empty();
    }
  }

  /** What is to be brought down first, as an earlier process did not come to its end with it. */
  public Optional<PodSpec> before() {
    return before;
  }

  /** What is to run; if it is another than before, that is to be brought down first. */
  public PodSpec running() {
    return running;
  }

  /** The images it is to run, by its containers' names; for others their policies decide. */
  public Map<String, PreparedImage> pins() {
    return pins;
  }

  private boolean isWanted(PodSpec pod) {
    return wanted.isSame(pod);
  }

  /** The file was changed. */
  public void want(PodSpec pod) {
    dropNext();
    wanted = pod;
    if (record.bad() != null) {
      keep(record.withBad(null));
    }
  }

  /** The pod goes: forgets what was prepared for it. */
  public void end() {
    dropNext();
  }

  private void dropNext() {
    // Volumes go by uid, and a pod of a server keeps its own when it is changed.
    if (next != null && !running.uid().equals(next.pod().uid())) {
      means.discard(next.pod());
    }
    next = null;
  }

  /**
   * Does what is due.
   *
   * @param leaving whether a pod of this name is being brought down
   */
  public void advance(long now, boolean leaving) {
    if (unwritten && now >= writeAgain) {
      writeAgain = now + RETRY_MILLIS;
      keep(record);
    }
    if (!leaving) {
      begin(now);
    }
    PinnedPod good = record.good();
    if (isWanted(running) || isTriedInVain()) {
      dropNext();
    } else if (good != null && isWanted(good.pod())) {
      goBack("");
    } else {
      NextImages images = next;
      if (images == null) {
        images = new NextImages(wanted, means, new Backoff(pulls));
        next = images;
      }
      images.advance(now);
      if (images.images().isPresent() && !leaving) {
        switchTo(new PinnedPod(wanted, images.images().get()));
      }
    }
  }

  private boolean isTriedInVain() {
    return record.bad() != null && record.bad().uid().equals(wanted.uid());
  }

  private @Nullable Trial trial() {
    return record.trial() == null || record.trial().over() ? null : record.trial();
  }

  /** Nothing is in the way of what runs now. */
  private void begin(long now) {
    if (record.trial() != null && record.trial().over()) {
      keep(record.withTrial(null));
    }
    Trial trial = trial();
    if (trial == null || window != null) {
      return;
    }
    BootTime time = time();
    if (trial.boots() > 0 && trial.begun().boot().equals(time.boot())) {
      long passed = time.millis() - trial.begun().millis();
      window = Window.resumed(now, running.updateWindow(), passed);
    } else if (trial.boots() >= MAX_BOOTS) {
      goBack("the device went down " + MAX_BOOTS + " times while it was watched");
    } else {
      rebooted = trial.boots() > 0;
      keep(record.withTrial(trial.begunAt(time)));
      window = Window.begun(now, running.updateWindow());
    }
  }

  private BootTime time() {
    try {
      return means.time();
    } catch (IOException e) {
      // Then a later process begins the window anew.
      means.say("pod " + wanted.name().name() + ": " + e.getMessage());
      return new BootTime("", 0);
    }
  }

  /** Unless this can be kept, what runs goes on. */
  private void switchTo(PinnedPod pod) {
    if (record.good() != null) {
      UpdateRecord then =
          pod.pod().updateWindow().isZero()
              ? UpdateRecord.none(wanted.name())
              : record.withTrial(Trial.of(pod));
      if (!write(then)) {
        return;
      }
      record = then;
    }
    run(pod);
  }

  private void run(PinnedPod pod) {
    running = pod.pod();
    pins = pod.images();
    next = null;
    window = null;
    rebooted = false;
    wellSince = NEVER;
  }

  /** Whether {@link #judge} has anything to decide. */
  public boolean isJudged() {
    return running.origin() == PodOrigin.FILE && (window != null || record.good() == null);
  }

  /**
   * Decides by how what runs is.
   *
   * @param status of {@link #running}, all of it found out by now
   */
  public void judge(long now, PodStatus status) {
    Trial trial = trial();
    Window current = window;
    if (trial != null && current != null) {
      watch(now, status, trial, current);
    } else if (record.good() == null) {
      prove(now, status);
    }
  }

  private void watch(long now, PodStatus status, Trial trial, Window current) {
    Trial watched = trial;
    if (rebooted) {
      // What ended when the host went down is not the pod's fault.
      rebooted = false;
      watched = trial.sparing(Health.ends(status));
      keep(record.withTrial(watched));
    }
    String crash = Health.crash(status, watched.spared());
    if (!crash.isEmpty()) {
      goBack(crash);
    } else if (now >= current.until() && Health.isWell(status)) {
      keep(UpdateRecord.good(watched.next()));
      window = null;
    } else if (now >= current.giveUp()) {
      goBack(Health.trouble(status) + " after " + running.updateWindow().toSeconds() + " seconds");
    }
  }

  /** Waits for what runs to be something to go back to. */
  private void prove(long now, PodStatus status) {
    if (!Health.isWell(status)) {
      wellSince = NEVER;
      return;
    }
    if (wellSince == NEVER || restarts != Health.restarts(status)) {
      wellSince = now;
      restarts = Health.restarts(status);
    }
    if (now >= proven()) {
      Map<String, PreparedImage> images = means.images(running);
      if (images.size() == running.allContainers().size()) {
        keep(UpdateRecord.good(new PinnedPod(running, images)));
      }
    }
  }

  private long proven() {
    long window = running.updateWindow().toMillis();
    return wellSince + (window == 0 ? PROOF_MILLIS : Math.min(window, PROOF_MILLIS));
  }

  /**
   * Brings back what was well.
   *
   * @param why what was not; empty if the file was changed back
   */
  private void goBack(String why) {
    PinnedPod good = record.good();
    Trial trial = record.trial();
    if (good == null) {
      return;
    }
    UpdateRecord then = trial == null ? record : record.withTrial(trial.ended());
    if (!why.isEmpty()) {
      rollbacks++;
      means.say(
          "pod "
              + wanted.name().name()
              + ": update rolled back, the pod before runs again: "
              + why);
      if (isWanted(running)) {
        then = then.withBad(new UpdateRecord.Bad(wanted.uid(), why));
      }
    }
    // Even if it cannot be kept: a later process would come to the same.
    keep(then);
    NextImages underWay = next;
    run(good);
    next = underWay;
  }

  /** Keeps it, now or later. */
  private void keep(UpdateRecord then) {
    record = then;
    unwritten = !write(then);
  }

  private boolean write(UpdateRecord then) {
    try {
      means.keep(then);
      complained = false;
      return true;
    } catch (IOException e) {
      if (!complained) {
        complained = true;
        means.say(
            "what is known of pod " + wanted.name().name() + " is not kept: " + e.getMessage());
      }
      return false;
    }
  }

  /** When there is something to do though nothing happened; it may be past. */
  public long due(long now) {
    long due = unwritten ? writeAgain : NEVER;
    if (window != null) {
      due = Math.min(due, window.due(now));
    }
    if (record.good() == null && wellSince != NEVER && running.origin() == PodOrigin.FILE) {
      due = Math.min(due, proven());
    }
    return next == null ? due : Math.min(due, next.due());
  }

  /** What is to be said of it. */
  public UpdateStatus status() {
    UpdateRecord.Bad bad = record.bad();
    UpdateStatus.Step step = UpdateStatus.Step.NONE;
    String message = "";
    if (bad != null && isTriedInVain()) {
      step = UpdateStatus.Step.ROLLED_BACK;
      message = "the changed pod " + bad.uid() + " is not tried again: " + bad.why();
    } else if (!isWanted(running)) {
      step = UpdateStatus.Step.FETCHING;
      message = next == null ? "" : next.problem();
      message = message.isEmpty() ? "the changed pod is being made ready" : message;
    } else if (record.trial() != null) {
      step = window == null ? UpdateStatus.Step.SWITCHING : UpdateStatus.Step.WATCHING;
    }
    return new UpdateStatus(step, message, rollbacks);
  }
}
