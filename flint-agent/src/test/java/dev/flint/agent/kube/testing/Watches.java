package dev.flint.agent.kube.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All open watches, and what a test has them do. Thread-safe. */
public final class Watches {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final ObjectStore store;
  private final Set<Watch> open = ConcurrentHashMap.newKeySet();
  private volatile boolean goneByHttp;

  Watches(ObjectStore store) {
    this.store = store;
  }

  /** What is sent to a watch, once it is known that it can be had. */
  interface Stream {
    OutputStream begin() throws IOException;
  }

  void serve(ApiRequest request, Stream stream) throws Refusal, IOException, InterruptedException {
    Watch watch = new Watch(request.selection(), request.says("allowWatchBookmarks"), store);
    Duration timeout = request.number("timeoutSeconds").map(Duration::ofSeconds).orElse(LONGEST);
    try {
      begin(watch, request);
      open.add(watch);
      OutputStream out = stream.begin();
      watch.run(out, timeout);
      out.close();
    } finally {
      open.remove(watch);
      store.leave(watch);
    }
  }

  private void begin(Watch watch, ApiRequest request) throws Refusal {
    boolean initial = request.says("sendInitialEvents");
    long since = request.number("resourceVersion").orElse(0L);
    synchronized (store) {
      if (initial || since == 0) {
        watch.replayAll();
        if (initial) {
          watch.bookmark(Optional.of("k8s.io/initial-events-end"));
        }
        since = store.version();
      }
      try {
        store.follow(since, watch);
      } catch (Refusal e) {
        if (goneByHttp || e.code() != 410) {
          throw e;
        }
        // A real server tells it in the stream, as what comes later.
        watch.signal(new WatchSignal.Event("ERROR", e.status().toString()));
        watch.signal(new WatchSignal.End());
      }
    }
  }

  /** Whether an old version is answered by HTTP 410; else, and at first, by an ERROR event. */
  public void goneByHttp(boolean yes) {
    goneByHttp = yes;
  }

  /** How many there are. One whose client has gone counts until something is sent to it. */
  public int count(Resource resource) {
    return (int) open.stream().filter(watch -> watch.resource() == resource).count();
  }

  /** Sends a bookmark to all who take them. */
  public void bookmark() {
    open.forEach(watch -> watch.bookmark(Optional.empty()));
  }

  /** Ends all as if their time were over. */
  public void end() {
    signal(new WatchSignal.End());
  }

  /** Sends half an event to all, and hangs up. */
  public void cut() {
    signal(new WatchSignal.Cut());
  }

  /** Sends an event of so many bytes to all, on one line. */
  public void huge(long bytes) {
    signal(new WatchSignal.Huge(bytes));
  }

  /** Sends an event to all, whatever its object is. */
  public void say(String type, String object) {
    signal(new WatchSignal.Event(type, object));
  }

  /** Tells all that their version is too old, and ends them. */
  public void expire() {
    error(Refusal.expired(1, store.version()));
  }

  /** Tells all of a failure of the server, and ends them. */
  public void fail() {
    error(Refusal.of(500, "InternalError", "etcdserver: request timed out"));
  }

  private void error(Refusal refusal) {
    List.of(new WatchSignal.Event("ERROR", refusal.status().toString()), new WatchSignal.End())
        .forEach(this::signal);
  }

  private void signal(WatchSignal signal) {
    open.forEach(watch -> watch.signal(signal));
  }
}
