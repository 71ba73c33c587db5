package dev.flint.agent.node;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.ProbeSpec;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.PodInstances;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.agent.pod.watch.PodEvent;
import dev.flint.agent.pod.watch.PodWatch;
import dev.flint.agent.probe.Prober;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Keeps the pods of a folder as their files say, on a thread of its own. */
public final class PodNode implements PodReport, Closeable {
  private static final long LOOK_MILLIS = 1000;
  private static final int STACK = 512 * 1024;
  private static final int IDLE_SECONDS = 5;

  private final Parts parts;
  private final ThreadPoolExecutor workers;
  private final Thread thread;
  private final PodSet pods;

  /** What others have for the pods' thread: results of probes, and that something changed. */
  private final Queue<Runnable> inbox = new ArrayDeque<>();

  private volatile List<PodView> views = List.of();
  private volatile Map<String, List<String>> problems = Map.of();
  private volatile List<String> images = List.of();
  private boolean woken;
  private boolean closed;
  private boolean settled;
  private volatile boolean told;
  private volatile boolean strangersLeft;

  /**
   * What a node works with.
   *
   * @param warnings is told what is wrong with files and pods
   */
  public record Parts(
      PodWatch watch,
      Volumes volumes,
      HostFacts host,
      Supervisor supervisor,
      UpdateRecords updates,
      ImageFetch images,
      Prober prober,
      Backoff.Rule restarts,
      Backoff.Rule pulls,
      Consumer<String> warnings) {
    /** Makes the instance of a container, with its volumes. */
    InstanceSpec make(PodSpec pod, ContainerSpec container) throws IOException {
      return new PodInstances(pod, watch.objects(), host).one(container, prepare(pod));
    }

    /** Makes the volumes of a pod, or brings them up to date. */
    Map<String, Path> prepare(PodSpec pod) throws IOException {
      return volumes.prepare(pod, watch.objects(), host);
    }
  }

  private PodNode(Parts parts) {
    this.parts = parts;
    this.workers =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>());
    SupervisedInstances instances =
        new SupervisedInstances(parts.supervisor(), parts.images(), workers, this::wake);
    this.pods =
        new PodSet(parts, instances, this::beginProbe, new UpdateWork(parts, workers, this::post));
    this.thread = new Thread(null, this::run, "flint-pods", STACK);
  }

  /** Starts the thread. */
  public static PodNode start(Parts parts) {
    PodNode node = new PodNode(parts);
    parts.supervisor().listen(id -> node.wake());
    node.thread.setDaemon(true);
    node.thread.start();
    return node;
  }

  @Override
  public List<PodView> pods() {
    return views;
  }

  @Override
  public Map<String, List<String>> problems() {
    return problems;
  }

  /** The images of all pods as their files say now, whether or not there are instances of them. */
  public List<String> images() {
    return images;
  }

  @Override
  public boolean isSettled() {
    return told;
  }

  @Override
  public boolean isAlive() {
    return thread.isAlive();
  }

  @Override
  public FetchTotals fetches() {
    return parts.images().totals();
  }

  private synchronized void wake() {
    woken = true;
    notifyAll();
  }

  private synchronized void post(Runnable news) {
    inbox.add(news);
    wake();
  }

  private void run() {
    try {
      long nextLook = millis();
      long nextStep = nextLook;
      boolean news = true;
      do {
        long now = millis();
        if (now >= nextLook) {
          news |= look();
          nextLook = now + LOOK_MILLIS;
        }
        if (news || now >= nextStep) {
          advance(now);
          nextStep = pods.due(millis());
        }
        news = await(Math.min(nextLook, nextStep));
      } while (!isClosed());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Waits; says whether somebody had news. */
  private synchronized boolean await(long until) throws InterruptedException {
    long left = until - millis();
    while (!closed && !woken && left > 0) {
      wait(left);
      left = until - millis();
    }
    boolean news = woken;
    woken = false;
    return news;
  }

  /** Looks at the folder; says whether anything changed. */
  private boolean look() {
    try {
      List<PodEvent> events = parts.watch().look();
      for (PodEvent event : events) {
        take(event);
      }
      problems = parts.watch().problems();
      if (!events.isEmpty()) {
        images = ImageSpace.names(parts.watch().pods());
      }
      if (!settled) {
        // Not before a folder could be read: an unmounted one says nothing of its pods.
        settled = true;
        strangersLeft = true;
        pods.forgetOthers();
      }
      if (strangersLeft) {
        strangersLeft = false;
        stopStrangers();
      }
      parts.images().space().look(parts.watch().pods(), parts.supervisor());
      return !events.isEmpty();
    } catch (IOException e) {
      parts.warnings().accept("the pods cannot be read: " + e.getMessage());
      return false;
    }
  }

  private void take(PodEvent event) {
    if (event instanceof PodEvent.PodAdded added) {
      pods.add(added.pod());
    } else if (event instanceof PodEvent.PodChanged changed) {
      pods.change(changed.pod());
    } else if (event instanceof PodEvent.PodRemoved removed) {
      pods.remove(removed.name());
    } else if (event instanceof PodEvent.FileBroken broken) {
      for (String problem : broken.problems()) {
        parts.warnings().accept(broken.file() + ": " + problem);
      }
    } else {
      pods.renewVolumes();
    }
  }

  private void beginProbe(InstanceSpec spec, ProbeSpec probe, Consumer<String> result) {
    workers.execute(
        () -> {
          String address =
              parts.supervisor().find(spec.id()).map(view -> view.state().address()).orElse("");
          String problem = parts.prober().probe(spec, address, probe);
          post(() -> result.accept(problem));
        });
  }

  /** What is left of pods whose files went while no agent was looking. */
  private void stopStrangers() {
    for (InstanceView view : parts.supervisor().list()) {
      Map<String, String> labels = view.spec().labels();
      String pod = labels.get(PodLabels.POD);
      String namespace = labels.getOrDefault(PodLabels.NAMESPACE, "");
      InstanceId id = view.spec().id();
      if (pod != null && !pods.isKept(new ObjectName(namespace, pod), id)) {
        workers.execute(() -> end(id, view.spec()));
      }
    }
  }

  private void end(InstanceId id, InstanceSpec spec) {
    try {
      parts.supervisor().stop(id, spec.stopGrace());
      parts.supervisor().settled(id).join();
      InstanceView view = parts.supervisor().find(id).orElse(null);
      // By now there may be one of a new pod of this name.
      if (view != null && view.spec().labels().equals(spec.labels())) {
        parts.supervisor().remove(id, true);
      }
    } catch (IOException e) {
      strangersLeft = true;
      parts.warnings().accept("instance " + id + " is left: " + e.getMessage());
    }
  }

  private void advance(long now) {
    for (Runnable news : received()) {
      news.run();
    }
    views = pods.advance(now);
    told = settled;
  }

  private synchronized List<Runnable> received() {
    List<Runnable> all = List.copyOf(inbox);
    inbox.clear();
    return all;
  }

  /** Stops looking; what runs goes on. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    workers.shutdown();
  }
}
