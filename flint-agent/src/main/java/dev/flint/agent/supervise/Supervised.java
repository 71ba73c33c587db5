package dev.flint.agent.supervise;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.Finding;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceState.End;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.log.LogTail;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One instance. Each step is on disk before it is taken, or is tried again: the plan before the
 * start, the end before its run is cleaned up after. So whoever finds the folder knows what is left
 * to do. Thread-safe.
 */
final class Supervised {
  private static final int KILL_SECONDS = 10;

  private final Means means;
  private final InstanceFolder folder;
  private final InstanceSpec spec;
  private final PreparedImage image;
  private final String backendName;
  private final Backend backend;
  private final RestartPause pause = new RestartPause();
  private InstanceState state;
  // Whoever only looks must not wait for a start or a cleaning up.
  private volatile InstanceState shown;
  private volatile @Nullable Run run;
  private @Nullable LaunchPlan plan;
  private CompletableFuture<Void> watched = CompletableFuture.completedFuture(null);
  private Future<?> timer = watched;
  private boolean stopping;
  private volatile boolean takenOver;
  private boolean removed;
  private boolean gone;
  private final Waiters waiters = new Waiters();

  Supervised(
      Means means,
      InstanceFolder folder,
      InstanceSpec spec,
      PreparedImage image,
      String backendName,
      Backend backend,
      InstanceState state) {
    this.means = means;
    this.folder = folder;
    this.spec = spec;
    this.image = image;
    this.backendName = backendName;
    this.backend = backend;
    this.state = state;
    this.shown = state;
  }

  InstanceView view() {
    return new InstanceView(spec, image, backendName, shown);
  }

  /** Takes over what an earlier process has left. */
  void recover() throws IOException {
    means.insist(this::tryToRecover);
  }

  private synchronized void tryToRecover() throws IOException {
    if (!gone) {
      takeOver();
      means.changed(folder.id());
    }
  }

  /** Before anything else is done with it: else what runs might be started once more. */
  private void takeOver() throws IOException {
    if (!takenOver) {
      find();
      takenOver = true;
    }
  }

  private void find() throws IOException {
    plan = means.store().plan(folder).map(LaunchPlan::new).orElse(null);
    boolean exited = state.phase() == Phase.EXITED;
    Optional<Run> found = plan == null || exited ? Optional.empty() : backend.adopt(plan, folder);
    if (found.isPresent() || state.phase() == Phase.RUNNING || exited) {
      // What it wrote last is not the next run's.
      means.logs().begin(folder, state.restarts(), backend.tellingLines());
    }
    if (found.isPresent()) {
      watch(found.get());
      return;
    }
    switch (state.phase()) {
      case RUNNING ->
          ended(new Exit(255, Exit.Reason.LOST, "it was gone when the agent came back"));
      case STARTING -> {
        // Whatever was begun has not become a run; so this is still the same start.
        tidy();
        if (state.wanted()) {
          launch(false);
        } else {
          ended(new Exit(255, Exit.Reason.LOST, "it was stopped while it started"));
        }
      }
      case WAITING -> startLater(RestartPause.left(state.nextStartMillis() - means.nowMillis()));
      case EXITED -> {
        tidy();
        if (state.wanted()) {
          again(0);
        }
      }
      case CREATED -> {}
    }
  }

  /** Starts it, unless it runs. */
  synchronized void start() throws IOException {
    takeOver();
    if (removed || run != null || state.phase() == Phase.STARTING) {
      return;
    }
    timer.cancel(false);
    launch(state.phase() != Phase.CREATED);
  }

  private void launch(boolean again) throws IOException {
    waiters.begun();
    keep(state.starting(again, means.nowMillis()));
    try {
      tidy();
      Finding.requireNoRefusal(backend.preflight(spec, image.config()));
      LaunchPlan next = backend.plan(spec, image, folder);
      means.store().keepPlan(folder, next.document());
      plan = next;
      means.logs().begin(folder, state.restarts(), backend.tellingLines());
      watch(backend.start(next, folder));
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      means.insist(() -> notStarted(e));
    }
  }

  private synchronized void notStarted(Throwable why) throws IOException {
    if (state.phase() == Phase.STARTING && !gone) {
      // A run that is not wholly taken in is none.
      closeRun();
      ended(new Exit(Exit.NOT_STARTED, Exit.Reason.CANNOT_RUN, Means.line(why)));
    } else {
      means.warn(why);
    }
  }

  private void watch(Run started) {
    closeRun();
    run = started;
    stopping = false;
    watched =
        started
            .ended()
            .thenAccept(exit -> means.insistAside(() -> with(started, () -> ended(exit))));
    if (state.phase() != Phase.RUNNING && !started.isNone()) {
      // A later agent finds that it runs.
      note(state.running(means.nowMillis(), started.note(), started.address()));
    }
    if (!state.wanted()) {
      // Its stop was interrupted by the death of the agent.
      askToStop(started, spec.stopGrace());
    }
  }

  /** Does something about a run unless there is another by now. */
  private synchronized void with(Run which, Means.Step step) throws IOException {
    if (run == which) {
      step.run();
    }
  }

  private void ended(Exit exit) throws IOException {
    timer.cancel(false);
    stopping = false;
    long now = means.nowMillis();
    long began = state.startedMillis();
    String words = backend.lastWords(folder);
    End end = new End(exit.code(), exit.reason().text(), exit.message(), words, began, now);
    means.store().keep(folder, state.exited(end));
    state = state.exited(end);
    // What fails from here on must not hide that it has ended.
    means.attempt(this::closeRun);
    means.attempt(() -> means.insist(this::tidyUp));
    // By now its log is whole.
    if (words.isEmpty() && began > 0 && exit.code() != 0 && spec.extras().wordsOfLog()) {
      means.attempt(() -> note(state.exited(end.withWords(LogTail.of(folder)))));
    }
    show();
    waiters.ended(state.end().orElse(end));
    means.attempt(() -> means.insist(() -> again(began == 0 ? 0 : now - began)));
  }

  private synchronized void tidyUp() throws IOException {
    boolean rests = state.phase() == Phase.EXITED || state.phase() == Phase.WAITING;
    if (rests && run == null && !gone) {
      tidy();
    }
  }

  private void closeRun() {
    Run closing = run;
    run = null;
    if (closing != null) {
      closing.close();
    }
  }

  /** Leaves nothing of the run but its logs. */
  private void tidy() throws IOException {
    if (plan != null) {
      // Only then all of what a shim has read is written.
      backend.clean(plan, folder);
      means.store().forgetPlan(folder);
      plan = null;
    }
    means.logs().finish(folder, removed);
    tellWaiters();
  }

  /** What is on disk of the end is enough for a later agent to come here again. */
  private synchronized void again(long ranMillis) {
    if (state.phase() != Phase.EXITED || !state.wanted() || removed) {
      return;
    }
    int code = state.end().isPresent() ? state.end().get().code() : -1;
    OptionalLong wait = pause.next(spec.restart(), code, ranMillis);
    if (wait.isPresent()) {
      startLater(wait.getAsLong());
      note(state.waiting(means.nowMillis() + wait.getAsLong()));
    } else {
      note(state.unwanted());
    }
  }

  private void startLater(long millis) {
    timer = means.later(millis, this::startIfWaiting);
  }

  private synchronized void startIfWaiting() throws IOException {
    if (state.phase() != Phase.WAITING || removed) {
      return;
    }
    try {
      launch(true);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (state.phase() == Phase.WAITING) {
        // The start could not be kept, so nothing was done.
        startLater(Means.RETRY_MILLIS);
      }
      throw e;
    }
  }

  /** Wants it stopped: asks it, and ends it after a time of grace. */
  synchronized void stop(Duration grace) throws IOException {
    takeOver();
    // Asking once more gives no more time; and the folder may be that of another by now.
    if (gone || (stopping && Means.isDueWithin(timer, grace))) {
      return;
    }
    timer.cancel(false);
    note(state.unwanted());
    if (run != null) {
      askToStop(run, grace);
    } else if (plan != null) {
      means.insistAside(this::tidyUp);
    }
  }

  private void askToStop(Run running, Duration grace) {
    // First, as else nothing might ever end what does not hear.
    timer = killLater(running, grace.toMillis());
    stopping = true;
    try {
      running.stop();
    } catch (IOException e) {
      // It cannot be asked.
      timer.cancel(false);
      timer = killLater(running, 0);
    }
  }

  private Future<?> killLater(Run running, long millis) {
    return means.later(millis, () -> means.insist(() -> with(running, running::kill)));
  }

  /** Ends it now; whether it is started again is up to its rule. */
  synchronized void kill() throws IOException {
    takeOver();
    if (run != null) {
      run.kill();
    }
  }

  /** Ends it and forgets it. */
  void remove() throws IOException {
    CompletableFuture<End> end = null;
    synchronized (this) {
      if (gone) {
        return;
      }
      takeOver();
      removed = true;
      timer.cancel(false);
      note(state.unwanted());
      if (run != null) {
        end = waiters.nextEnd();
        run.kill();
      }
    }
    if (end != null) {
      Waiters.await(end, KILL_SECONDS);
    }
    synchronized (this) {
      closeRun();
      tidy();
      means.store().remove(folder.id());
      gone = true;
    }
  }

  /** Whether its state is what it is, and not what an earlier process knew of it. */
  boolean isKnown() {
    return takenOver || shown.phase() == Phase.CREATED;
  }

  /** The end of the present run, or of the last one if none runs or will. */
  synchronized CompletableFuture<End> end() {
    CompletableFuture<End> next = waiters.nextEnd();
    return next.isDone() || state.isActive() || state.end().isEmpty()
        ? next
        : CompletableFuture.completedFuture(state.end().get());
  }

  /** Completes when it does not run and will not be started again by itself. */
  synchronized CompletableFuture<InstanceState> settled() {
    CompletableFuture<InstanceState> waiter = waiters.add();
    tellWaiters();
    return waiter;
  }

  private void tellWaiters() {
    if (plan == null && (removed || (!state.wanted() && !state.isActive()))) {
      waiters.rests(state);
    }
  }

  /** Its run. */
  Optional<Run> run() {
    return Optional.ofNullable(run);
  }

  /** Lets go without touching what runs. */
  synchronized void release() {
    timer.cancel(false);
    watched.cancel(false);
    closeRun();
  }

  /** Before the step that a state is of is taken. */
  private void keep(InstanceState next) throws IOException {
    means.store().keep(folder, next);
    state = next;
    show();
  }

  /** Of a step that is taken all the same. */
  private void note(InstanceState next) {
    means.attempt(() -> means.store().keep(folder, next));
    state = next;
    show();
  }

  private void show() {
    shown = state;
    tellWaiters();
    means.changed(folder.id());
  }
}
