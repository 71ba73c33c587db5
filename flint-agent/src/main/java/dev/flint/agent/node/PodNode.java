package dev.flint.agent.node;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.ProbeSpec;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.InstanceNames;
import dev.flint.agent.pod.launch.PodInstances;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.run.PodParts;
import dev.flint.agent.pod.run.PodRunner;
import dev.flint.agent.pod.watch.PodEvent;
import dev.flint.agent.pod.watch.PodWatch;
import dev.flint.agent.probe.Prober;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
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
  private final SupervisedInstances instances;
  private final ThreadPoolExecutor workers;
  private final Thread thread;
  private final Map<ObjectName, PodRunner> runners = new TreeMap<>(NAMES);
  private final List<PodRunner> leaving = new ArrayList<>();

  /** What others have for the pods' thread: results of probes, and that something changed. */
  private final Queue<Runnable> inbox = new ArrayDeque<>();

  private volatile List<PodView> views = List.of();
  private volatile Map<String, List<String>> problems = Map.of();
  private boolean woken;
  private boolean closed;
  private boolean settled;
  private volatile boolean told;
  private volatile boolean strangersLeft;

  private static final Comparator<ObjectName> NAMES = Comparator.comparing(ObjectName::toString);

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
      ImageFetch images,
      Prober prober,
      Backoff.Rule restarts,
      Backoff.Rule pulls,
      Consumer<String> warnings) {}

  private PodNode(Parts parts) {
    this.parts = parts;
    this.workers =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>());
    this.instances =
        new SupervisedInstances(parts.supervisor(), parts.images(), workers, this::wake);
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
          nextStep = due();
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
      if (!settled) {
        // Not before a folder could be read: an unmounted one says nothing of its pods.
        settled = true;
        parts.volumes().keepOnly(uids());
        strangersLeft = true;
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
      begin(added.pod());
    } else if (event instanceof PodEvent.PodChanged changed) {
      leave(changed.pod().name());
      begin(changed.pod());
    } else if (event instanceof PodEvent.PodRemoved removed) {
      leave(removed.name());
    } else if (event instanceof PodEvent.FileBroken broken) {
      for (String problem : broken.problems()) {
        parts.warnings().accept(broken.file() + ": " + problem);
      }
    } else {
      renewVolumes();
    }
  }

  private void begin(PodSpec pod) {
    for (String warning : pod.warnings()) {
      parts.warnings().accept("pod " + pod.name().name() + ": " + warning);
    }
    PodParts with =
        new PodParts(
            instances,
            container -> make(pod, container),
            this::beginProbe,
            parts.restarts(),
            parts.pulls());
    runners.put(pod.name(), new PodRunner(pod, with));
  }

  private void leave(ObjectName name) {
    PodRunner runner = runners.remove(name);
    if (runner != null) {
      runner.stop();
      leaving.add(runner);
    }
  }

  private InstanceSpec make(PodSpec pod, ContainerSpec container) throws IOException {
    return new PodInstances(pod, parts.watch().objects(), parts.host())
        .one(container, parts.volumes().prepare(pod, parts.watch().objects(), parts.host()));
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

  private void renewVolumes() {
    for (PodRunner runner : runners.values()) {
      try {
        parts.volumes().prepare(runner.pod(), parts.watch().objects(), parts.host());
      } catch (IOException e) {
        parts.warnings().accept(String.valueOf(e.getMessage()));
      }
    }
  }

  private Set<String> uids() {
    Set<String> uids = new HashSet<>();
    for (PodSpec pod : parts.watch().pods()) {
      uids.add(pod.uid());
    }
    return uids;
  }

  /** What is left of pods whose files went while no agent was looking. */
  private void stopStrangers() {
    for (InstanceView view : parts.supervisor().list()) {
      Map<String, String> labels = view.spec().labels();
      String pod = labels.get(PodLabels.POD);
      String namespace = labels.getOrDefault(PodLabels.NAMESPACE, "");
      InstanceId id = view.spec().id();
      if (pod != null && !isKept(new ObjectName(namespace, pod), id)) {
        workers.execute(() -> end(id, view.spec()));
      }
    }
  }

  /** Whether a pod looks after an instance, be it to replace it. */
  private boolean isKept(ObjectName name, InstanceId id) {
    PodRunner runner = runners.get(name);
    if (runner == null) {
      return false;
    }
    List<ContainerSpec> containers = new ArrayList<>(runner.pod().initContainers());
    containers.addAll(runner.pod().containers());
    for (ContainerSpec container : containers) {
      if (InstanceNames.of(name, container.name()).equals(id)) {
        return true;
      }
    }
    return false;
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
    for (Iterator<PodRunner> it = leaving.iterator(); it.hasNext(); ) {
      PodRunner runner = it.next();
      runner.advance(now);
      if (runner.isGone()) {
        it.remove();
        forget(runner.pod());
      }
    }
    List<PodView> next = new ArrayList<>();
    for (PodRunner runner : runners.values()) {
      // Not while one of its name is brought down: their instances have the same names.
      if (!isLeaving(runner.pod().name())) {
        runner.advance(now);
      }
      next.add(new PodView(runner.pod(), runner.status()));
    }
    views = List.copyOf(next);
    told = settled;
  }

  private boolean isLeaving(ObjectName name) {
    for (PodRunner runner : leaving) {
      if (runner.pod().name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private synchronized List<Runnable> received() {
    List<Runnable> all = List.copyOf(inbox);
    inbox.clear();
    return all;
  }

  private void forget(PodSpec pod) {
    try {
      parts.volumes().remove(pod.uid());
    } catch (IOException e) {
      parts.warnings().accept("volumes of pod " + pod.name().name() + ": " + e.getMessage());
    }
  }

  private long due() {
    // What leaves is asked again, whatever became of the first time.
    boolean asksAgain = !leaving.isEmpty() || instances.isRemoving();
    long due = asksAgain ? millis() + LOOK_MILLIS : Long.MAX_VALUE;
    for (PodRunner runner : runners.values()) {
      due = Math.min(due, runner.due());
    }
    return due;
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
