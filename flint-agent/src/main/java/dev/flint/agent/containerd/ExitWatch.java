package dev.flint.agent.containerd;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells runs that their task has ended. One thread reads the events of all of them, as long as
 * there are any. Whenever it has asked for events anew, after containerd was restarted or has said
 * nothing for a minute, it looks at each task, so that no end is missed. Thread-safe.
 */
final class ExitWatch {
  private static final Duration SILENCE = Duration.ofMinutes(1);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LAST_PAUSE_MILLIS = 5000;

  private final ContainerdApi api;
  private final ThreadFactory threads;

  /** By id. Guarded by this. */
  private final Map<String, ContainerRun> runs = new HashMap<>();

  /** Guarded by this. */
  private @Nullable Thread reader;

  /** Guarded by this. */
  private Rpc.@Nullable Stream stream;

  private volatile boolean heard;

  /** With threads of its own. */
  ExitWatch(ContainerdApi api) {
    this(api, work -> new Thread(work, "containerd-events"));
  }

  ExitWatch(ContainerdApi api, ThreadFactory threads) {
    this.api = api;
    this.threads = threads;
  }

  /** Begins to watch a run, whose task is there. */
  synchronized void add(ContainerRun run) {
    if (reader == null) {
      // First: while the system gives no thread, nobody may take it for there.
      Thread thread = threads.newThread(this::read);
      thread.setDaemon(true);
      thread.start();
      reader = thread;
    }
    runs.put(run.id(), run);
  }

  /** Stops to watch a run. */
  synchronized void remove(ContainerRun run) {
    runs.remove(run.id(), run);
    Rpc.Stream open = stream;
    if (runs.isEmpty()) {
      if (open != null) {
        open.cancel();
      }
      notifyAll();
    }
  }

  private void read() {
    long pause = FIRST_PAUSE_MILLIS;
    boolean more = true;
    while (more) {
      heard = false;
      try {
        more = listen();
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        // Lost, or silent for long, or what nobody thought of: it is begun anew, and the tasks are
        // looked at. Without this thread no end would ever be told.
      }
      if (more) {
        pause = heard ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LAST_PAUSE_MILLIS);
        pause(pause);
      }
    }
  }

  /** Tells what comes until there is no more; false if nobody wants to hear of it. */
  private boolean listen() throws IOException {
    Rpc.Stream events = begin();
    if (events == null) {
      return false;
    }
    try {
      ProtoReader event = events.next();
      while (event != null) {
        tell(TaskExit.readEnvelope(event));
        // Else, where there is always an event within the minute, the others are never looked at.
        event = heard ? events.next() : null;
      }
      return true;
    } finally {
      events.cancel();
    }
  }

  private synchronized Rpc.@Nullable Stream begin() {
    if (runs.isEmpty()) {
      reader = null;
      stream = null;
      return null;
    }
    Rpc.Stream begun = api.exits(SILENCE, this::lookAtAll);
    stream = begun;
    return begun;
  }

  private synchronized void pause(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    try {
      for (long left = millis; left > 0 && !runs.isEmpty(); ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread.
      Thread.currentThread().interrupt();
    }
  }

  private void tell(TaskExit exit) {
    ContainerRun run;
    synchronized (this) {
      run = runs.get(exit.container());
    }
    if (run != null && exit.isOfContainer()) {
      run.finish(exit.exitCode());
    }
  }

  private void lookAtAll() {
    List<ContainerRun> all;
    synchronized (this) {
      all = new ArrayList<>(runs.values());
    }
    try {
      boolean answered = true;
      for (ContainerRun run : all) {
        answered &= lookIfAnswered(run);
      }
      heard = answered;
    } catch (IOException e) {
      // Containerd went away again.
    }
  }

  /** One that containerd cannot tell of must not hide the others; says whether it told. */
  private boolean lookIfAnswered(ContainerRun run) throws IOException {
    try {
      look(run);
      return true;
    } catch (RpcException | RuntimeException | OutOfMemoryError e) {
      // It is looked at again when events are asked for anew.
      return false;
    }
  }

  private void look(ContainerRun run) throws IOException {
    Optional<TaskState> task = api.task(run.id());
    if (task.isEmpty()) {
      run.lose();
    } else if (task.get().status() == TaskState.Status.STOPPED) {
      run.finish(task.get().exitCode());
    } else {
      run.execEnds().endLeft();
    }
  }
}
