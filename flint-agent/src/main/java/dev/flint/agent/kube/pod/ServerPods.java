package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ServerWork;
import dev.flint.agent.kube.event.EventPost;
import dev.flint.agent.node.PodNode;
import dev.flint.agent.node.PodReport;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.pod.watch.PodSource;
import dev.flint.agent.status.PodObject;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import java.io.Closeable;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The pods that an API server has bound to this node: what is run, and what is told of it. */
public final class ServerPods implements Closeable {
  private static final int STACK = 512 * 1024;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final ApiClient api;
  private final PodMirror mirror = new PodMirror();
  private final ApiPods source;
  private final ServerInputs inputs;
  private final OwnNode own;
  private final PodWatcher watcher;
  private final Consumer<String> warnings;
  private final AwakeClock awake =
      new AwakeClock(() -> System.nanoTime() / NANOS_PER_MILLI, System::currentTimeMillis);

  /** Without one of them the node would be there and deaf, or dumb; guarded by this. */
  private final List<Thread> threads = new ArrayList<>();

  /** Guarded by this. */
  private @Nullable PodReporter reporter;

  /** That of the reporter. Guarded by this. */
  private @Nullable Thread telling;

  /** Guarded by this. */
  private @Nullable EventPost events;

  /** When it was. Guarded by this. */
  private long closed;

  /**
   * Pods of a node, not asked for yet.
   *
   * @param warnings is told what goes wrong, and when it does no more
   */
  public ServerPods(ApiClient api, String node, Consumer<String> warnings) {
    this.api = api;
    this.warnings = warnings;
    inputs = new ServerInputs(api, awake, warnings);
    source = new ApiPods(mirror, inputs);
    own = new OwnNode(api, node);
    watcher = new PodWatcher(api, own, mirror, ServerWork.PAUSE, warnings);
  }

  /** For whoever runs them. */
  public PodSource source() {
    return source;
  }

  /** Begins to ask for them, and to tell of them what this node says. */
  public synchronized void start(
      PodNode node, Supervisor supervisor, HostFacts host, NodeRoom room, InstantSource clock) {
    mirror.limit(new NodeFit(room, own), () -> ofFiles(node));
    mirror.keepOver(left(supervisor));
    EventPost post = new EventPost(api, host.nodeName(), clock, awake, warnings);
    PodReporter made =
        new PodReporter(
            api,
            mirror,
            node,
            new PodObject(supervisor),
            host,
            new PodClocks(clock, awake),
            ServerWork.PAUSE,
            post,
            warnings);
    events = post;
    inputs.post(post);
    node.listen(made::news);
    reporter = made;
    begin(watcher, "flint-watch");
    begin(inputs, "flint-inputs");
    telling = begin(made, "flint-status");
  }

  /** The pods of an earlier agent, by uid. */
  private static Set<String> left(Supervisor supervisor) {
    Set<String> uids = new HashSet<>();
    for (InstanceView instance : supervisor.list()) {
      String uid = instance.spec().labels().get(PodLabels.UID);
      if (uid != null) {
        uids.add(uid);
      }
    }
    return uids;
  }

  private static List<PodSpec> ofFiles(PodReport node) {
    List<PodSpec> pods = new ArrayList<>();
    for (PodView view : node.pods()) {
      if (view.pod().origin() == PodOrigin.FILE && !view.ended()) {
        pods.add(view.pod());
      }
    }
    return pods;
  }

  private Thread begin(Runnable work, String name) {
    Thread thread = new Thread(null, work, name, STACK);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
    return thread;
  }

  /** Whether the server is listened to, and told, if that has begun and is to go on. */
  public synchronized boolean isAlive() {
    return closed != 0 || threads.stream().allMatch(Thread::isAlive);
  }

  /** Has the server told all of them anew, as it may have written something else to them. */
  public synchronized void tellAgain() {
    if (reporter != null) {
      reporter.again();
    }
  }

  /** From now on no more pods are run; those that come wait for the next agent. */
  public void leave() {
    mirror.leave();
  }

  /** Stops asking, and telling but for what is news now; what runs goes on. */
  @Override
  public synchronized void close() {
    closed = System.nanoTime();
    watcher.close();
    inputs.close();
    if (reporter != null) {
      reporter.close();
    }
    if (events != null) {
      events.close();
    }
  }

  /** Waits, for seconds from {@link #close} on, until that is told, or cannot be. */
  public synchronized void awaitEnd() {
    Thread thread = telling;
    long left = closed + LAST_NANOS - System.nanoTime();
    if (thread != null && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
