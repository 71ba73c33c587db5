package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.agent.kube.api.Listing;
import dev.flint.agent.kube.api.ServerWork;
import dev.flint.agent.kube.api.Watch;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonItem;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link PodMirror} as the API server has it (Kubernetes, "Efficient detection of
 * changes"): reads the list, then watches it from there, and reads it again only if the server has
 * forgotten where that was, or if there is room again for what was not kept. One thread runs it;
 * another closes it.
 */
final class PodWatcher implements Runnable, Closeable {
  private static final int GATEWAY_TIMEOUT = 504;
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final int MIN_SECONDS = 300;

  /** So often in a row a watch may make no sense, before the list is read again. */
  private static final int PATIENCE = 3;

  private static final int MAX_SAID = 100;

  private final ApiClient api;
  private final ApiPath path;
  private final PodMirror mirror;
  private final OwnNode node;
  private final Consumer<String> warnings;
  private final ServerWork work;
  private final SplittableRandom chance = new SplittableRandom();
  private final Set<String> said = new HashSet<>();
  private String version = "";
  private int stuck;

  /**
   * Whether the last watch was of no use when it was open; that it can be opened is no news then.
   */
  private boolean useless;

  /** Guarded by this. */
  private @Nullable Watch open;

  /** Guarded by this. */
  private boolean closed;

  /**
   * Has not begun.
   *
   * @param pause after a first failure
   */
  PodWatcher(
      ApiClient api, OwnNode node, PodMirror mirror, Duration pause, Consumer<String> warnings) {
    this.api = api;
    this.node = node;
    String selector = "spec.nodeName=" + node.name();
    this.path = ApiPath.of("api", "v1", "pods").with("fieldSelector", selector);
    this.mirror = mirror;
    this.warnings = warnings;
    this.work =
        new ServerWork(
            api,
            pause,
            "pods of the API server",
            "pods of the API server: they are known again",
            warnings);
  }

  @Override
  public void run() {
    try {
      while (!isClosed()) {
        work.attempt(this::goOn);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void goOn() throws IOException, InterruptedException {
    if (version.isEmpty()) {
      list();
    }
    try {
      watch();
    } catch (IOException e) {
      if (isForgotten(e)) {
        version = "";
        work.pause(e);
      } else if (!isClosed()) {
        throw e;
      }
    }
  }

  /** Whether it is of no use to watch on from there. */
  private boolean isForgotten(IOException e) {
    if (e instanceof ApiFailure refusal
        && (refusal.isGone() || refusal.status() == GATEWAY_TIMEOUT)) {
      return true;
    }
    // What makes no sense may make none for ever: what is next after this version, for example.
    boolean senseless =
        e instanceof FlintException failure
            && (failure.code() == ErrorCode.PROTOCOL || failure.code() == ErrorCode.POLICY);
    stuck = senseless ? stuck + 1 : 0;
    if (stuck == PATIENCE) {
      stuck = 0;
      version = "";
    }
    return false;
  }

  private void list() throws IOException {
    // Like the one that it takes the place of, so that it takes no more room.
    PodMirror all = mirror.list();
    String read =
        new Listing(api)
            .read(path, item -> read(item, all, true).ifPresent(pod -> keep(pod, all, true)));
    // After it, so that whoever has come for a label is not older than that.
    confirm(all.all());
    // Only now: a list that broke off says nothing of the pods it has not come to.
    work.well();
    version = read;
    mirror.replace(all);
    for (ApiPod pod : mirror.all()) {
      if (pod.isLeft()) {
        sayOnce("pod " + pod.name() + " is left as it is: the pods of this node are too long");
      }
    }
  }

  /** Whether these may run here is decided by what the Node is now. */
  private void confirm(List<ApiPod> pods) throws IOException {
    List<PodSpec> undecided = new ArrayList<>();
    for (ApiPod pod : pods) {
      if (pod.spec() != null && mirror.isNew(pod)) {
        undecided.add(pod.spec());
      }
    }
    node.confirm(undecided);
  }

  private void watch() throws IOException, InterruptedException {
    Duration limit = Duration.ofSeconds(MIN_SECONDS + chance.nextInt(MIN_SECONDS));
    boolean before = useless;
    useless = false;
    try (Watch watch = api.watch(path, version, limit)) {
      if (!before) {
        work.well();
      }
      useless = true;
      begin(watch);
      follow(watch);
    } finally {
      ended();
    }
    if (version.isEmpty()) {
      work.pause(new IOException("there is room again"));
    } else if (useless) {
      // A server that ends each watch at once is not to be asked all the time.
      work.pause(new IOException("it ended at once"));
    }
  }

  /** It is of use if something is told, or if it lasts. */
  private void follow(Watch watch) throws IOException, InterruptedException {
    long began = System.nanoTime();
    try {
      for (Optional<Watch.Event> event = watch.next(); event.isPresent(); event = watch.next()) {
        take(event.get());
        useless = false;
        work.well();
        if (mirror.isToBeRead()) {
          version = "";
          return;
        }
      }
      useless &= isShort(began);
    } catch (FlintException e) {
      useless &= isShort(began);
      boolean lost = e.code() == ErrorCode.NETWORK && !(e instanceof ApiFailure);
      if (useless || !lost) {
        throw e;
      }
      // What is between may end what lasts; that the next cannot be begun would be told.
      work.pause(e);
    }
  }

  private static boolean isShort(long began) {
    return System.nanoTime() - began < SHORT.toNanos();
  }

  private synchronized void begin(Watch watch) {
    open = watch;
    if (closed) {
      watch.cancel();
    }
  }

  private synchronized void ended() {
    open = null;
  }

  /** If it fails, the next watch begins with the same event. */
  private void take(Watch.Event event) throws IOException {
    if (event.kind() != Watch.Kind.BOOKMARK) {
      boolean there = event.kind() != Watch.Kind.DELETED;
      Optional<ApiPod> pod = read(event.item(), mirror, there);
      if (pod.isPresent()) {
        confirm(there ? List.of(pod.get()) : List.of());
        keep(pod.get(), mirror, there);
      }
    }
    try {
      JsonObject metadata = event.item().object().object("metadata").orElse(JsonObject.empty());
      version = metadata.string("resourceVersion").orElse(version);
    } catch (FlintException e) {
      // Then the one before holds.
    }
  }

  /**
   * The pod that is to be kept. One that cannot be read at all is passed over, as the others are
   * not to suffer.
   */
  private Optional<ApiPod> read(JsonItem item, PodMirror into, boolean there) {
    try {
      if (MirrorPod.isOne(item)) {
        MirrorPod copy = MirrorPod.read(item.object());
        if (there) {
          into.copies().put(copy);
        } else {
          into.copies().remove(copy.name(), copy.uid());
        }
        return Optional.empty();
      }
      return Optional.of(ApiPod.read(item));
    } catch (FlintException e) {
      String why = item.problem().isEmpty() ? String.valueOf(e.getMessage()) : item.problem();
      sayOnce("a pod of the API server is passed over: " + why);
      return Optional.empty();
    }
  }

  private void keep(ApiPod pod, PodMirror into, boolean there) {
    if (there && mirror.concerns(pod)) {
      into.put(pod);
    } else {
      into.remove(pod.name(), pod.uid());
    }
  }

  private void sayOnce(String line) {
    if (said.size() < MAX_SAID && said.add(line)) {
      warnings.accept(line);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    Watch watch;
    synchronized (this) {
      closed = true;
      watch = open;
    }
    work.end();
    if (watch != null) {
      watch.cancel();
    }
  }
}
