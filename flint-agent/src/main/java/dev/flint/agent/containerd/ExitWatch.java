package dev.flint.agent.containerd;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** By id. Guarded by this. */
  private final Map<String, ContainerRun> runs = new HashMap<>();

  /** Guarded by this. */
  private @Nullable Thread reader;

  /** Guarded by this. */
  private Rpc.@Nullable Stream stream;

  private volatile boolean heard;

  ExitWatch(ContainerdApi api) {
    this.api = api;
  }

  /** Begins to watch a run, whose task is there. */
  synchronized void add(ContainerRun run) {
    runs.put(run.id(), run);
    if (reader == null) {
      Thread thread = new Thread(this::read, "containerd-events");
      thread.setDaemon(true);
      reader = thread;
      thread.start();
    }
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
    for (Rpc.Stream events = begin(); events != null; events = begin()) {
      heard = false;
      try {
        for (ProtoReader event = events.next(); event != null; event = events.next()) {
          tell(TaskExit.readEnvelope(event));
        }
      } catch (IOException e) {
        // Lost, or silent for long: it is begun anew, and the tasks are looked at.
      }
      pause = heard ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LAST_PAUSE_MILLIS);
      pause(pause);
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
      for (ContainerRun run : all) {
        look(run);
      }
      heard = true;
    } catch (IOException e) {
      // Containerd went away again.
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
