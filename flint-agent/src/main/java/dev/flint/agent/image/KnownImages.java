package dev.flint.agent.image;

import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.PreparedImage.Disk;
import dev.flint.agent.instance.PreparedImage.Layers;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.AtomicFile;
import dev.flint.oci.store.StoreLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the names of images were resolved to when they were last prepared, a file for each name: so
 * a device without a network runs what it has. Thread-safe, also between processes.
 */
public final class KnownImages {
  private static final String SUFFIX = ".json";
  private static final String SECRETS = "secrets";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Path images;
  private final Path folder;
  private final StoreLock lock;

  /** Kept below the folder of unpacked images. */
  public KnownImages(Path images) {
    this.images = images;
    this.folder = images.resolve("names");
    this.lock = new StoreLock(images.resolve("use.lock"), PATIENCE);
  }

  /**
   * A name, and what it was resolved to.
   *
   * @param file that says so; it was changed when the image was used last
   */
  record Entry(Path file, String reference, PreparedImage image) {}

  /**
   * An image that is here.
   *
   * @param root the digest of what its name was resolved to: of an index, or of the image itself
   */
  record Resolved(Digest root, PreparedImage image) {}

  /**
   * Keeps what is here from being removed until closed; for moments only.
   *
   * @throws FlintException LOCAL_IO if somebody removes images for a minute
   */
  public StoreLock.Hold hold() throws IOException {
    Files.createDirectories(images);
    return lock.share();
  }

  /**
   * Keeps an image from being removed until closed, so that an instance of it can be made.
   *
   * @throws FlintException NOT_FOUND if it was removed since it was found or prepared
   */
  public StoreLock.Hold hold(PreparedImage image) throws IOException {
    StoreLock.Hold hold = hold();
    boolean there = isThere(image);
    if (!there) {
      hold.close();
      throw new FlintException(
          ErrorCode.NOT_FOUND, "the image was removed to make room just now", "try again");
    }
    return hold;
  }

  /** Waits until nobody keeps images from being removed. */
  StoreLock.Hold own() throws IOException {
    return lock.own();
  }

  /**
   * What a reference was resolved to.
   *
   * @return empty if it never was, or its content is gone
   */
  public Optional<PreparedImage> find(String reference) throws IOException {
    Optional<Resolved> resolved = resolved(reference);
    return resolved.isPresent() ? Optional.of(resolved.get().image()) : Optional.empty();
  }

  /**
   * Whether an image, if it is here, may be given to who has these pull secrets: if it was got
   * without any, or with one of them (as the kubelet decides, KEP-2535).
   *
   * @param secrets by what names them among all that there ever were
   */
  public boolean isOpenTo(String reference, Set<String> secrets) throws IOException {
    List<String> with;
    try {
      with = read(file(reference)).strings(SECRETS);
    } catch (NoSuchFileException | FlintException e) {
      return true;
    }
    return with.isEmpty() || with.stream().anyMatch(secrets::contains);
  }

  /** Whether all of an image's content is here. */
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

  /** Notes that a name was used now; images that were not are the first to be removed. */
  public void used(String reference) throws IOException {
    try {
      Files.setLastModifiedTime(file(reference), FileTime.from(Instant.now()));
    } catch (NoSuchFileException e) {
      // Removed, or never known.
    }
  }

  /**
   * Remembers; also by the digest, as which a pinned pod asks for it.
   *
   * @param root of what the name was resolved to, which may be an index
   * @param secret the pull secret that the registry wanted to see for it, if any
   */
  void keep(Reference reference, Digest root, PreparedImage image, Optional<String> secret)
      throws IOException {
    Files.createDirectories(folder);
    keep(reference.toString(), root, image, secret);
    keep(reference.withDigest(root).toString(), root, image, secret);
    if (reference.isTagImplied()) {
      keep(reference.name(), root, image, secret);
    }
  }

  private void keep(String reference, Digest root, PreparedImage image, Optional<String> secret)
      throws IOException {
    List<String> secrets = secret.isEmpty() ? List.of() : secrets(reference, root, secret.get());
    JsonObject record =
        JsonObject.empty()
            .with("reference", reference)
            .with("resolved", root.toString())
            .with("image", ImageDocument.write(image))
            .withStrings(SECRETS, secrets);
    AtomicFile.write(
        file(reference), record.bytes(), folder.resolve("." + UUID.randomUUID() + ".new"));
  }

  /** Those that open an image, with one more; none if it is open to all. */
  private List<String> secrets(String reference, Digest root, String more) throws IOException {
    Set<String> all = new LinkedHashSet<>();
    try {
      JsonObject kept = read(file(reference));
      if (kept.string("resolved").orElse("").equals(root.toString())) {
        List<String> before = kept.strings(SECRETS);
        if (before.isEmpty()) {
          return before;
        }
        all.addAll(before);
      }
    } catch (NoSuchFileException | FlintException e) {
      // The first.
    }
    all.add(more);
    return List.copyOf(all);
  }

  /** What a reference was resolved to and the digest of that, as one record says it. */
  Optional<Resolved> resolved(String reference) throws IOException {
    try {
      JsonObject kept = read(file(reference));
      PreparedImage image = image(kept);
      Optional<String> root = kept.string("resolved");
      // Older records have that of the image only.
      Digest digest = root.isPresent() ? Digest.parse(root.get()) : image.manifest();
      return isThere(image) ? Optional.of(new Resolved(digest, image)) : Optional.empty();
    } catch (NoSuchFileException | FlintException | IllegalArgumentException e) {
      // Written anew by the next pull.
      return Optional.empty();
    }
  }

  /** All names that can be read. */
  List<Entry> all() throws IOException {
    List<Entry> all = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return all;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        try {
          JsonObject kept = read(file);
          all.add(new Entry(file, kept.requiredString("reference"), image(kept)));
        } catch (NoSuchFileException | FlintException e) {
          // Of no use to anybody, and gone when the name is pulled again.
        }
      }
    }
    return all;
  }

  private static JsonObject read(Path file) throws IOException {
    return JsonObject.parse(Files.readAllBytes(file), "image record");
  }

  private static PreparedImage image(JsonObject kept) throws FlintException {
    return ImageDocument.read(kept.object("image").orElseThrow(() -> kept.missing("image")));
  }

  private Path file(String reference) {
    return folder.resolve(
        Digest.sha256(reference.getBytes(StandardCharsets.UTF_8)).encoded() + SUFFIX);
  }
}
