package dev.flint.agent.node;

import dev.flint.agent.image.KnownImages;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PullCredentials;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.StoreLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Gets images ready by a child process. What is here already takes no process, unless there are
 * rules for images, which the child knows. Thread-safe.
 */
public final class ImageFetch {
  /**
   * As each takes some 80 MiB; a kubelet has one pull at a time, and another can be a short one.
   */
  private static final int AT_ONCE = 2;

  private final ChildProgram child;
  private final Semaphore children = new Semaphore(AT_ONCE, true);
  private final List<String> rules;
  private final KnownImages known;
  private final ImageSpace space;
  private final FetchCount count;
  private final Consumer<String> warnings;

  /**
   * Fetches.
   *
   * @param child that takes {@code prepare-image --images DIR --pull POLICY REF} and prints an
   *     {@link ImageDocument}, with a member {@code fetched} that says what it took; with {@code
   *     --pull-secrets} it reads {@link PullCredentials} on its standard input
   * @param rules options for it that say which images may be prepared
   * @param warnings is told what is used although it may be out of date
   */
  public ImageFetch(
      ChildProgram child,
      List<String> rules,
      ImageSpace space,
      FetchCount count,
      Consumer<String> warnings) {
    this.child = child;
    this.rules = List.copyOf(rules);
    this.known = space.known();
    this.space = space;
    this.count = count;
    this.warnings = warnings;
  }

  /** Room for what is fetched. */
  public ImageSpace space() {
    return space;
  }

  /**
   * Gets an image as a policy says.
   *
   * @throws FlintException what the child failed with; NOT_FOUND under {@link PullPolicy#NEVER}
   */
  PreparedImage get(String reference, PullPolicy policy) throws IOException {
    return get(reference, policy, PullCredentials.NONE);
  }

  /**
   * Gets an image as a policy says. One that was pulled with the credentials of others is as if it
   * were not here: the registry says whether it may be had.
   *
   * @param credentials those of the pod, tried before the device's own
   * @throws FlintException what the child failed with; NOT_FOUND under {@link PullPolicy#NEVER}
   */
  PreparedImage get(String reference, PullPolicy wish, PullCredentials credentials)
      throws IOException {
    Optional<PreparedImage> ready = ready(reference, wish, credentials);
    if (ready.isPresent()) {
      return ready.get();
    }
    if (wish == PullPolicy.NEVER && known.find(reference).isEmpty()) {
      throw notHere(reference);
    }
    try {
      children.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(
          ErrorCode.INTERRUPTED, "image " + reference + " is not waited for", e);
    }
    try {
      // Whoever went before may have got the same.
      ready = ready(reference, wish, credentials);
      return ready.isPresent() ? ready.get() : fetch(reference, wish, credentials);
    } finally {
      children.release();
    }
  }

  /** What can be used without asking anybody. */
  private Optional<PreparedImage> ready(
      String reference, PullPolicy wish, PullCredentials credentials) throws IOException {
    if (wish == PullPolicy.ALWAYS
        || !rules.isEmpty()
        || !known.isOpenTo(reference, credentials.ids())) {
      return Optional.empty();
    }
    Optional<PreparedImage> here = known.find(reference);
    if (here.isPresent()) {
      known.used(reference);
    }
    return here;
  }

  private PreparedImage fetch(String reference, PullPolicy wish, PullCredentials credentials)
      throws IOException {
    boolean open = known.isOpenTo(reference, credentials.ids());
    Optional<PreparedImage> here = open ? known.find(reference) : Optional.empty();
    if (wish == PullPolicy.NEVER && here.isEmpty()) {
      throw notHere(reference);
    }
    PullPolicy policy = open ? wish : PullPolicy.ALWAYS;
    long start = System.nanoTime();
    try {
      JsonObject document = run(reference, policy, credentials);
      PreparedImage image = ImageDocument.read(document);
      count.fetched(since(start), document);
      return image;
    } catch (IOException e) {
      count.failed(since(start));
      if (e instanceof ChildFailure failure && failure.missingBytes() >= 0) {
        space.require(failure.missingBytes());
      }
      boolean offline = e instanceof FlintException flint && flint.code() == ErrorCode.NETWORK;
      if (here.isEmpty() || !offline) {
        throw e;
      }
      PreparedImage old =
          rules.isEmpty()
              ? here.get()
              : ImageDocument.read(run(reference, PullPolicy.NEVER, credentials));
      known.used(reference);
      warnings.accept("image " + reference + " is used as it is here: " + e.getMessage());
      return old;
    }
  }

  private static FlintException notHere(String reference) {
    return new FlintException(
        ErrorCode.NOT_FOUND, "image " + reference + " is not here, and may not be pulled");
  }

  private JsonObject run(String reference, PullPolicy policy, PullCredentials credentials)
      throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "prepare-image", "--images", child.images().toString(), "--pull", policy.word()));
    args.addAll(rules);
    byte[] secret = new byte[0];
    if (credentials.isOfCluster()) {
      args.add("--pull-secrets");
      secret = credentials.document().bytes();
    }
    args.add("--");
    args.add(reference);
    return child.run(args, "image " + reference + " could not be fetched", secret);
  }

  /**
   * Keeps an image from being removed until closed, so that an instance of it can be made.
   *
   * @throws FlintException NOT_FOUND if it was removed since it was got
   */
  public StoreLock.Hold hold(PreparedImage image) throws IOException {
    return known.hold(image);
  }

  /**
   * The very image that was there before; nobody is asked unless it is gone.
   *
   * @param reference as which it was asked for, maybe another image by now
   */
  PreparedImage get(String reference, PreparedImage pinned, PullCredentials credentials)
      throws IOException {
    if (KnownImages.isThere(pinned)) {
      return pinned;
    }
    String name = Reference.parse(reference).withDigest(pinned.manifest()).toString();
    return get(name, PullPolicy.IF_NOT_PRESENT, credentials);
  }

  private static long since(long start) {
    return System.nanoTime() - start;
  }

  /** What it has done so far. */
  FetchTotals totals() {
    return count.totals();
  }
}
