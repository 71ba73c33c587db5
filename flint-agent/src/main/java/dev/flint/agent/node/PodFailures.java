package dev.flint.agent.node;

import dev.flint.agent.pod.run.PodFailure;
import dev.flint.agent.pod.run.PodParts;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Why pods have failed: a file for each that has, by its uid, as long as its pod is there. */
public final class PodFailures implements PodParts.Failures {
  private static final String NEW = ".new";

  private final Path folder;
  private final Consumer<String> warnings;

  /**
   * Kept in a folder, which need not be there.
   *
   * @param warnings is told what cannot be kept
   */
  public PodFailures(Path folder, Consumer<String> warnings) {
    this.folder = folder;
    this.warnings = warnings;
  }

  @Override
  public Optional<PodFailure> find(String uid) {
    try {
      JsonObject kept = JsonObject.parse(Files.readAllBytes(folder.resolve(uid)), "it");
      return Optional.of(
          new PodFailure(kept.requiredString("reason"), kept.string("message").orElse("")));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      warnings.accept("why a pod failed cannot be read: " + folder.resolve(uid) + ": " + e);
      return Optional.empty();
    }
  }

  @Override
  public void keep(String uid, PodFailure failure) {
    JsonObject document =
        JsonObject.empty().with("reason", failure.reason()).with("message", failure.message());
    try {
      Files.createDirectories(folder);
      AtomicFile.write(folder.resolve(uid), document.bytes(), folder.resolve(uid + NEW));
    } catch (IOException e) {
      warnings.accept("why a pod failed is not kept: " + e.getMessage());
    }
  }

  /** Forgets a pod that is gone. */
  void remove(String uid) throws IOException {
    Files.deleteIfExists(folder.resolve(uid));
  }

  /** Forgets all pods but these. */
  void keepOnly(Set<String> uids) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> kept = Files.newDirectoryStream(folder)) {
      for (Path one : kept) {
        if (!uids.contains(String.valueOf(one.getFileName()))) {
          Files.deleteIfExists(one);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
