package dev.flint.agent.node;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.EphemeralSpec;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.ProbeSpec;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.PodInstances;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.run.PodFailure;
import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.agent.pod.watch.PodEvent;
import dev.flint.agent.pod.watch.PodSource;
import dev.flint.agent.probe.Prober;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Keeps the pods of a source as it says, on a thread of its own. */
public final class PodNode implements PodReport, Closeable {
  private static final long LOOK_MILLIS = 1000;

  /** What is due and cannot be done yet, as others end first, is not tried all the time. */
  private static final long STEP_MILLIS = 100;

  private static final int STACK = 512 * 1024;

  private static final int LAST_SECONDS = 1;

  /** After the last was killed: sidecars have 2 s more than the grace, and an end is to be seen. */
  private static final int END_SECONDS = 5;

  private final Parts parts;
  private final Workers workers;
  private final Mishaps mishaps;
  private final Complaints complaints;
  private final Thread thread;
  private final Strangers strangers;
  private final PodSet pods;

  /** Results of probes, and that something changed. */
  private final PodInbox inbox = new PodInbox();

  /** What is to be taken note of; of the one thread. */
  private final Queue<Runnable> todo = new ArrayDeque<>();

  private volatile List<PodView> views = List.of();
  private volatile Map<String, List<String>> problems = Map.of();
  private volatile List<String> images = List.of();

  /** Until all were to end, and have. */
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Told whenever it has gone on. */
  private volatile Runnable seen = () -> {};

  private boolean settled;

  /** Why it is not known at present which pods there are to be; empty if it is. */
  private String unread = "";

  /** Whether the pods that are to be are not all known here, by a mistake. */
  private boolean incomplete;

  private long nextLook = PodInbox.millis();
  private long nextStep = nextLook;
  private volatile boolean told;
  private volatile boolean strangersLeft;

  /** Whether what is kept of pods that are gone is to be forgotten, once it is known which are. */
  private boolean othersLeft;

  /**
   * What a node works with.
   *
   * @param warnings is told what is wrong with files and pods
   */
  public record Parts(
      PodSource watch,
      Volumes volumes,
      HostFacts host,
      Supervisor supervisor,
      UpdateRecords updates,
      PodFailures failures,
      ImageFetch images,
      Prober prober,
      Backoff.Rule restarts,
      Backoff.Rule pulls,
      Consumer<String> warnings) {
    /** Makes the instance of a container, with its volumes. */
    InstanceSpec make(PodSpec pod, ContainerSpec container) throws IOException {
      Optional<EphemeralSpec> ephemeral = pod.ephemeral(container.name());
      if (ephemeral.isEmpty()) {
        return new PodInstances(pod, watch.objects(pod), host).one(container, prepare(pod));
      }
      // Before anything is done for what cannot be.
      EphemeralPlace place = new EphemeralPlace(pod, ephemeral.get(), supervisor);
      return place.put(
          new PodInstances(pod, watch.objects(pod), host).one(container, prepare(pod)));
    }

    /** Makes the parts of volumes that a container has. */
    void makeParts(PodSpec pod, ContainerSpec container, Map<String, Path> made)
        throws IOException {
      var unused = new PodInstances(pod, watch.objects(pod), host).one(container, made);
    }

    /** Makes the volumes of a pod, or brings them up to date. */
    Map<String, Path> prepare(PodSpec pod) throws IOException {
      return volumes.prepare(pod, watch.objects(pod), host);
    }
  }

  private PodNode(Parts parts) {
    this.parts = parts;
    this.workers = new Workers(Thread::new, parts.warnings());
    this.mishaps = new Mishaps(parts.warnings());
    this.complaints = new Complaints(parts.warnings());
    SupervisedInstances instances =
        new SupervisedInstances(
            parts.supervisor(),
            parts.images(),
            uid -> parts.watch().pullCredentials(uid),
            workers,
            inbox::wake);
    this.pods =
        new PodSet(parts, instances, this::beginProbe, new UpdateWork(parts, workers, inbox::post));
    this.strangers =
        new Strangers(parts.supervisor(), workers, parts.warnings(), () -> strangersLeft = true);
    this.thread = new Thread(null, this::run, "flint-pods", STACK);
  }

  /** Starts the thread. */
  public static PodNode start(Parts parts) {
    PodNode node = new PodNode(parts);
    parts.supervisor().listen(id -> node.inbox.wake());
    parts.watch().listen(node.inbox::look);
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
    return thread.isAlive() && !mishaps.areMany();
  }

  @Override
  public FetchTotals fetches() {
    return parts.images().totals();
  }

  /** Has somebody told whenever pods may be other than before, on the pods' own thread. */
  public void listen(Runnable changed) {
    seen = changed;
  }

  /**
   * Ends a pod, which has failed, whatever its containers end with; not one that is over.
   *
   * @param grace from being asked to end to being killed
   */
  public void fail(String uid, PodFailure why, Duration grace) {
    inbox.post(() -> pods.fail(uid, why, grace));
  }

  /**
   * Ends all pods, as the device is being shut down, and waits until nothing of them runs.
   *
   * @param why those of a server have failed; those of files are run again by the next agent
   * @param grace from being asked to end to being killed, or less if a pod has less
   * @return false if it takes longer
   */
  public boolean endAll(PodFailure why, Duration grace) throws InterruptedException {
    inbox.post(() -> pods.endAll(why, grace));
    return ended.await(grace.toSeconds() + END_SECONDS, TimeUnit.SECONDS);
  }

  /** Has unused images removed, soon. */
  public void reclaim() {
    parts.images().space().require(0);
    inbox.wake();
  }

  /** Whether images are being removed, or are to be. */
  public boolean isReclaiming() {
    return parts.images().space().isBusy();
  }

  private void run() {
    try {
      boolean news = true;
      do {
        boolean heard = news;
        boolean well = mishaps.attempt(() -> step(heard));
        news = well ? inbox.await(Math.min(nextLook, nextStep)) : inbox.rest(LOOK_MILLIS);
      } while (!inbox.isClosed());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void step(boolean heard) {
    long now = PodInbox.millis();
    boolean news = heard;
    if (now >= nextLook || inbox.takeLook()) {
      workers.again();
      news |= look();
      nextLook = now + LOOK_MILLIS;
    }
    if (news || now >= nextStep) {
      advance(now);
      nextStep = Math.max(pods.due(PodInbox.millis()), PodInbox.millis() + STEP_MILLIS);
    }
  }

  /** Looks at the folder; says whether anything changed. */
  private boolean look() {
    try {
      List<PodEvent> events = parts.watch().look();
      for (PodEvent event : events) {
        todo.add(() -> takeWhole(event));
      }
      takeAll();
      unread = "";
      problems = parts.watch().problems();
      if (!events.isEmpty()) {
        images = ImageSpace.names(parts.watch().pods());
      }
      if (!settled && !incomplete && parts.watch().isKnown()) {
        // Not before a folder could be read: an unmounted one says nothing of its pods.
        settled = true;
        strangersLeft = true;
        othersLeft = true;
      }
      if (othersLeft && problems.isEmpty()) {
        // Else nobody knows which pods there are.
        othersLeft = false;
        strangersLeft = true;
        pods.forgetOthers();
      }
      if (strangersLeft) {
        strangersLeft = false;
        stopStrangers();
      }
      parts.images().space().look(parts.watch().pods(), parts.supervisor());
      return !events.isEmpty() || told != settled;
    } catch (IOException e) {
      String why = e instanceof FlintException ? FlintException.line(e) : e.toString();
      if (!why.equals(unread)) {
        unread = why;
        parts.warnings().accept("the pods cannot be read: " + why);
      }
      Map<String, List<String>> all = new TreeMap<>(parts.watch().problems());
      all.put("the folder of pods", List.of("cannot be read: " + why));
      problems = all;
      return false;
    }
  }

  /** What fails for want of memory is taken again; a mistake would keep all others waiting. */
  private void takeAll() {
    while (!todo.isEmpty()) {
      try {
        todo.element().run();
      } catch (RuntimeException e) {
        parts.warnings().accept("news of a pod are lost: " + e);
      }
      todo.remove();
    }
  }

  private void takeWhole(PodEvent event) {
    try {
      take(event);
    } catch (RuntimeException e) {
      // What runs of it is not to be taken for a stranger.
      incomplete = true;
      throw e;
    }
  }

  private void take(PodEvent event) {
    if (event instanceof PodEvent.PodAdded added) {
      pods.add(added.pod());
    } else if (event instanceof PodEvent.PodChanged changed) {
      pods.change(changed.pod());
    } else if (event instanceof PodEvent.PodStopping stopping) {
      pods.stop(stopping.name(), stopping.grace());
    } else if (event instanceof PodEvent.PodRemoved removed) {
      pods.remove(removed.name());
    } else if (event instanceof PodEvent.OverGone) {
      // Before all pods are known, what runs may be one that is not known yet.
      strangersLeft |= settled;
    } else if (event instanceof PodEvent.FileBroken broken) {
      for (String problem : broken.problems()) {
        parts.warnings().accept(broken.file() + ": " + problem);
      }
    } else {
      pods.renewVolumes();
    }
  }

  private void beginProbe(InstanceSpec spec, ProbeSpec probe, Consumer<Optional<String>> result) {
    workers.execute(
        () -> {
          String address =
              parts.supervisor().find(spec.id()).map(view -> view.state().address()).orElse("");
          Optional<String> problem = parts.prober().attempt(spec, address, probe);
          inbox.post(() -> result.accept(problem));
        });
  }

  /**
   * What is left of pods whose files went while no agent was looking. What runs of a file that
   * cannot be read runs on.
   */
  private void stopStrangers() {
    boolean unsure = !problems.isEmpty();
    for (InstanceView view : parts.supervisor().list()) {
      Map<String, String> labels = view.spec().labels();
      String pod = labels.get(PodLabels.POD);
      String namespace = labels.getOrDefault(PodLabels.NAMESPACE, "");
      InstanceId id = view.spec().id();
      boolean over =
          view.state().phase() == Phase.EXITED
              && parts.watch().isOver(labels.getOrDefault(PodLabels.UID, ""));
      if (pod == null || over) {
        continue;
      }
      ObjectName name = new ObjectName(namespace, pod);
      if (unsure && PodLabels.isOfFile(name, labels) && !pods.isKnown(name)) {
        strangers.spare(view.spec());
      } else if (!pods.isKept(name, id)) {
        strangers.end(view.spec());
      }
    }
  }

  private void advance(long now) {
    todo.addAll(inbox.take());
    takeAll();
    views = pods.advance(now);
    complaints.look(views);
    told = settled;
    seen.run();
    if (pods.haveEnded()) {
      ended.countDown();
    }
  }

  /** Stops looking; what runs goes on. */
  @Override
  public void close() {
    inbox.close();
    // What is made of files is soon whole; images take longer, and are fetched again.
    workers.end(LAST_SECONDS);
  }
}
