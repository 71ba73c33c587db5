package dev.flint.agent.image;

import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.PreparedImage.Disk;
import dev.flint.agent.instance.PreparedImage.Layers;
import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * What the names of images were resolved to when they were last prepared, a file for each name: so
 * a device without a network runs what it has. Thread-safe, also between processes.
 */
public final class KnownImages {
  private final Path folder;

  /** Kept below the folder of unpacked images. */
  public KnownImages(Path images) {
    this.folder = images.resolve("names");
  }

  /**
   * What a reference was resolved to.
   *
   * @return empty if it never was, or its content is gone
   */
  public Optional<PreparedImage> find(String reference) throws IOException {
    try {
      JsonObject kept = JsonObject.parse(Files.readAllBytes(file(reference)), "image record");
      PreparedImage image =
          ImageDocument.read(kept.object("image").orElseThrow(() -> kept.missing("image")));
      return isThere(image) ? Optional.of(image) : Optional.empty();
    } catch (NoSuchFileException | FlintException e) {
      // Written anew by the next pull.
      return Optional.empty();
    }
  }

  /** Whether the content of an image lies where it was unpacked to. */
  public static boolean isThere(PreparedImage image) {
    if (image.content() instanceof Disk disk) {
      return Files.isRegularFile(disk.file());
    }
    for (Path layer : ((Layers) image.content()).layers()) {
      if (!Files.isDirectory(layer)) {
        return false;
      }
    }
    return true;
  }

  /** Remembers; also by the digest, as which a pinned pod asks for it. */
  void keep(String reference, PreparedImage image) throws IOException {
    Files.createDirectories(folder);
    JsonObject record =
        JsonObject.empty().with("reference", reference).with("image", ImageDocument.write(image));
    AtomicFile.write(
        file(reference), record.bytes(), folder.resolve("." + UUID.randomUUID() + ".new"));
  }

  private Path file(String reference) {
    return folder.resolve(
        Digest.sha256(reference.getBytes(StandardCharsets.UTF_8)).encoded() + ".json");
  }
}
