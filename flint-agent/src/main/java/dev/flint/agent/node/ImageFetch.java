package dev.flint.agent.node;

import dev.flint.agent.image.KnownImages;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
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
import java.util.function.Consumer;

/**
 * Gets images ready by a child process. What is here already takes no process, unless there are
 * rules for images, which the child knows. Thread-safe.
 */
public final class ImageFetch {
  private final ChildProgram child;
  private final List<String> rules;
  private final KnownImages known;
  private final ImageSpace space;
  private final FetchCount count;
  private final Consumer<String> warnings;

  /**
   * Fetches.
   *
   * @param child that takes {@code prepare-image --images DIR --pull POLICY REF} and prints an
   *     {@link ImageDocument}, with a member {@code fetched} that says what it took
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
    Optional<PreparedImage> here = known.find(reference);
    if (here.isPresent() && policy != PullPolicy.ALWAYS && rules.isEmpty()) {
      known.used(reference);
      return here.get();
    }
    if (policy == PullPolicy.NEVER && here.isEmpty()) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "image " + reference + " is not here, and may not be pulled");
    }
    long start = System.nanoTime();
    try {
      JsonObject document = run(reference, policy);
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
          rules.isEmpty() ? here.get() : ImageDocument.read(run(reference, PullPolicy.NEVER));
      known.used(reference);
      warnings.accept("image " + reference + " is used as it is here: " + e.getMessage());
      return old;
    }
  }

  private JsonObject run(String reference, PullPolicy policy) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "prepare-image", "--images", child.images().toString(), "--pull", policy.word()));
    args.addAll(rules);
    args.add("--");
    args.add(reference);
    return child.run(args, "image " + reference + " could not be fetched");
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
  PreparedImage get(String reference, PreparedImage pinned) throws IOException {
    if (KnownImages.isThere(pinned)) {
      return pinned;
    }
    String name = Reference.parse(reference).withDigest(pinned.manifest()).toString();
    return get(name, PullPolicy.IF_NOT_PRESENT);
  }

  private static long since(long start) {
    return System.nanoTime() - start;
  }

  /** What it has done so far. */
  FetchTotals totals() {
    return count.totals();
  }
}
