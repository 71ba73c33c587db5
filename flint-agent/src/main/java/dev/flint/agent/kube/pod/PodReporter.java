package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.kube.api.ServerWork;
import dev.flint.agent.kube.event.ObjectEvent;
import dev.flint.agent.node.PodReport;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.status.PodObject;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the API server how pods are, whenever that is something else than what it was told, and
 * that those which were to end have ended. One thread runs it; others say that there may be news.
 */
final class PodReporter implements Runnable, Closeable {
  private static final long AGAIN_MILLIS = 10_000;
  private static final long SOON_MILLIS = 1_000;

  /** What is refused for one pod. */
  private static final Backoff.Rule REFUSED = new Backoff.Rule(1_000, 60_000, Long.MAX_VALUE, 0);

  private final PodMirror mirror;
  private final PodReport pods;
  private final PodObject objects;
  private final HostFacts host;
  private final PodEvents events;
  private final ServerWork work;
  private final PodPost post;
  private final StaticPods statics;
  private final Turns turns = new Turns();
  private final PodRefusals refusals;

  /** When to look again though nobody says that it is worth it; 0: as usual. Of the one thread. */
  private long soonMillis;

  /** Guarded by this. */
  private boolean news = true;

  /** Guarded by this. */
  private boolean forget;

  /** Guarded by this. */
  private boolean closed;

  /**
   * Has told nothing yet.
   *
   * @param pause after a first failure
   */
  PodReporter(
      ApiClient api,
      PodMirror mirror,
      PodReport pods,
      PodObject objects,
      HostFacts host,
      PodClocks clocks,
      Duration pause,
      Consumer<ObjectEvent> events,
      Consumer<String> warnings) {
    this.mirror = mirror;
    this.pods = pods;
    this.objects = objects;
    this.host = host;
    this.events = new PodEvents(events);
    this.post = new PodPost(api, clocks, warnings);
    this.statics =
        new StaticPods(
            api, host.nodeName(), mirror.copies(), post, turns, clocks.millis(), warnings);
    this.refusals = new PodRefusals(turns, REFUSED, clocks.millis(), warnings);
    this.work =
        new ServerWork(
            api,
            pause,
            "statuses of pods cannot be told",
            "statuses of pods are told again",
            warnings);
  }

  /** There may be something to tell. */
  synchronized void news() {
    news = true;
    notifyAll();
  }

  /** All is to be told anew. */
  synchronized void again() {
    forget = true;
    news();
  }

  private synchronized boolean takeForget() {
    boolean now = forget;
    forget = false;
    return now;
  }

  @Override
  public void run() {
    mirror.copies().listen(this::news);
    try {
      boolean well = true;
      while (await()) {
        well = work.attempt(this::tellAll);
        if (!well) {
          news();
        }
      }
      // What pods ended with as they were all ended, nobody tells later.
      if (well && isNews()) {
        work.attempt(this::tellAll);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean await() throws InterruptedException {
    long left = refusals.left(soonMillis > 0 ? soonMillis : AGAIN_MILLIS);
    long end = System.nanoTime() + left * 1_000_000;
    while (!news && !closed && left > 0) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    if (closed) {
      return false;
    }
    news = false;
    return true;
  }

  private synchronized boolean isNews() {
    return news;
  }

  private void tellAll() throws IOException {
    if (!mirror.isKnown()) {
      return;
    }
    if (takeForget()) {
      post.forget();
    }
    Map<ObjectName, PodView> views = new HashMap<>();
    // In this order: what is known once the files were read stays known.
    boolean settled = pods.isSettled();
    List<PodView> here = pods.pods();
    for (PodView view : here) {
      views.put(view.pod().name(), view);
    }
    List<ApiPod> all = mirror.all();
    events.look(all, views);
    Set<String> uids = new HashSet<>();
    for (ApiPod pod : all) {
      uids.add(pod.uid());
      PodView view = views.get(pod.name());
      boolean ours = view != null && view.pod().uid().equals(pod.uid());
      boolean hidden = view != null && !ours && view.pod().origin() == PodOrigin.FILE;
      refusals.attempt(
          pod.uid(),
          "the status of pod " + pod.name() + " cannot be told",
          () -> tell(pod, ours ? view : null, hidden || isDone(pod)));
    }
    if (settled) {
      boolean whole = statics.tell(here, this::status);
      soonMillis = whole ? 0 : Math.min(AGAIN_MILLIS, Math.max(SOON_MILLIS, 2 * soonMillis));
    }
    turns.end();
    for (MirrorPod copy : mirror.copies().all()) {
      uids.add(copy.uid());
    }
    post.keepOnly(uids);
    refusals.keepOnly(uids);
  }

  private JsonObject status(PodView view) {
    return objects.status(view, host);
  }

  /**
   * Tells of one.
   *
   * @param view null if nothing of it is known here
   * @param done whether then nothing of it is going to be run
   */
  private void tell(ApiPod pod, @Nullable PodView view, boolean done) throws IOException {
    if (pod.isLeft()) {
      return;
    }
    try {
      if (pod.spec() == null && !pod.over()) {
        post.status(place(pod), pod.refusal().status());
      } else if (view != null && (!pod.over() || pod.grace() != null)) {
        postIfAllowed(pod, status(view));
      }
      boolean nothingLeft = view == null ? pods.isSettled() && done : view.ended();
      if (pod.grace() != null && nothingLeft) {
        post.delete(place(pod));
      }
    } catch (ApiFailure e) {
      if (!e.isMissing() && !e.isConflict()) {
        throw e;
      }
      // It is gone, or another has its name; the watch says so too.
      post.forget(pod.uid());
    }
  }

  /** A server may find that a pod cannot become what it is, which must not keep it from going. */
  private void postIfAllowed(ApiPod pod, JsonObject status) throws IOException {
    try {
      post.status(place(pod), status);
    } catch (ApiFailure e) {
      if (!e.isUnprocessable()) {
        throw e;
      }
      post.refused(place(pod), status, e);
    }
  }

  /** Whether nothing of it is going to be run. */
  private static boolean isDone(ApiPod pod) {
    return pod.spec() == null || pod.over();
  }

  private static PodPost.Place place(ApiPod pod) {
    return new PodPost.Place(pod.name(), pod.uid(), pod.generation(), pod.status());
  }

  /** What is news now is still told, once, if the server took what was told last. */
  @Override
  public synchronized void close() {
    closed = true;
    work.end();
    notifyAll();
  }
}
