package dev.flint.agent.cni;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Has the plugins undo what they did for one container. One that cannot must not keep the instance
 * for ever, and with it a pod that is to come in its place: so trying has an end, even if an
 * address stays given away.
 */
final class Removal {
  /** How long plugins are asked again that had added the container. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Attachment attachment;
  private final JsonObject result;
  private final Path run;

  /**
   * Of one container.
   *
   * @param result what the plugins had said; empty if they never added it
   * @param run the folder of its run
   */
  Removal(Attachment attachment, JsonObject result, Path run) {
    this.attachment = attachment;
    this.result = result;
    this.run = run;
  }

  /** Where the time of the first failure stands; empty, as there may be no space for more. */
  static Path failing(Path run) {
    return run.resolve("network.failing");
  }

  /**
   * Asks every plugin, whatever the others say.
   *
   * @throws IOException what the first could not do, with the others' as suppressed, if they are to
   *     be asked again
   */
  void run() throws IOException {
    boolean pinned = NamespacePin.isThere(attachment.pin());
    boolean insisting = pinned && !result.names().isEmpty();
    IOException failure = null;
    try {
      StrayPlugins.await(attachment);
      failure = removeAll(pinned);
    } catch (IOException e) {
      requireNotInterrupted(e);
      // What still works on the network may add to it, so this is worth another try.
      insisting = true;
      failure = e;
    }
    if (failure != null && insisting && !isTooLong(failure)) {
      throw failure;
    }
    Files.deleteIfExists(failing(run));
  }

  private @Nullable IOException removeAll(boolean pinned) throws IOException {
    IOException failure = null;
    PluginProcess removing =
        new PluginProcess(attachment, "DEL", pinned ? attachment.pin().toString() : "");
    for (int i = attachment.steps().size() - 1; i >= 0; i--) {
      Attachment.Step step = attachment.steps().get(i);
      try {
        removing.run(step.program(), config(step), run);
      } catch (IOException e) {
        requireNotInterrupted(e);
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    return failure;
  }

  private JsonObject config(Attachment.Step step) throws FlintException {
    JsonObject config = step.config();
    // Versions before 0.4.0 do not know it here.
    boolean before =
        result.names().isEmpty() || config.requiredString("cniVersion").startsWith("0.3.");
    return before ? config : config.with("prevResult", result);
  }

  /** That says nothing of the plugins. */
  private static void requireNotInterrupted(IOException e) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw e;
    }
  }

  /** Keeps on disk since when it fails, as agents may come and go. */
  private boolean isTooLong(IOException failure) {
    Path file = failing(run);
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      FileTime since = Files.getLastModifiedTime(file);
      // A clock may have been set back.
      return Math.abs(System.currentTimeMillis() - since.toMillis()) > PATIENCE.toMillis();
    } catch (IOException e) {
      failure.addSuppressed(e);
      return false;
    }
  }
}
