package dev.flint.agent.image;

import dev.flint.agent.instance.FolderTree;
import dev.flint.oci.store.AtomicFile;
import dev.flint.oci.store.StoreLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes room: removes unpacked images that nothing uses, least recently used first. First an
 * image's names go, then its content is moved out of sight, and then deleted; whoever finds a name
 * finds it whole, and what a killed process left is removed by the next one.
 */
public final class ImageCollector {
  private final Path state;
  private final Path images;
  private final KnownImages known;
  private final InstantSource clock;

  /**
   * Collects.
   *
   * @param state the agent's folder
   * @param images the folder of unpacked images
   */
  public ImageCollector(Path state, Path images, InstantSource clock) {
    this.state = state;
    this.images = images;
    this.known = new KnownImages(images);
    this.clock = clock;
  }

  /**
   * What is wanted.
   *
   * @param bytes to be freed; what is not needed for that stays
   * @param minAge images that were used since then stay
   * @param keep names of images that stay
   */
  public record Wish(long bytes, Duration minAge, Collection<String> keep) {}

  /**
   * What was removed.
   *
   * @param bytes about so many
   * @param names of images; content that had lost its name has none
   */
  public record Collected(long bytes, int images, List<String> names) {}

  /** An image that was taken out of use, and where its content is now. */
  private record Taken(List<String> names, List<Path> content) {}

  /**
   * Collects.
   *
   * @return empty if another process does it already
   * @throws IOException also if it cannot be known what is in use; then nothing is removed
   */
  public Optional<Collected> collect(Wish wish) throws IOException {
    if (!Files.isDirectory(images)) {
      return Optional.of(new Collected(0, 0, List.of()));
    }
    StoreLock alone = new StoreLock(images.resolve("gc.lock"), Duration.ZERO);
    Optional<StoreLock.Hold> owned = alone.tryOwn();
    if (owned.isEmpty()) {
      return Optional.empty();
    }
    try (StoreLock.Hold hold = owned.get()) {
      long freed = new Leftovers(images, clock).remove();
      List<String> names = new ArrayList<>();
      int count = 0;
      while (freed < wish.bytes()) {
        Optional<Taken> taken = take(wish);
        if (taken.isEmpty()) {
          break;
        }
        count++;
        names.addAll(taken.get().names());
        for (Path content : taken.get().content()) {
          freed += UnpackedContent.bytes(content);
          FolderTree.delete(content);
        }
      }
      return Optional.of(new Collected(freed, count, names));
    }
  }

  /** Takes the next image out of use. What is in use is looked at anew each time. */
  private Optional<Taken> take(Wish wish) throws IOException {
    try (StoreLock.Hold hold = known.own()) {
      Map<String, Path> there = new UnpackedContent(images).list();
      List<CachedImage> all = CachedImage.list(known, there);
      ImagesInUse use = ImagesInUse.read(state, images, wish.keep());
      List<CachedImage> unused =
          CachedImage.unused(all, use, clock.millis(), wish.minAge().toMillis());
      if (unused.isEmpty()) {
        return Optional.empty();
      }
      CachedImage image = unused.get(0);
      for (Path record : image.records()) {
        Files.deleteIfExists(record);
      }
      List<Path> content = new ArrayList<>();
      for (String key : image.ownContent(all, use)) {
        Path from = there.get(key);
        if (from != null) {
          Path aside = Files.createDirectories(Leftovers.removed(images));
          aside = aside.resolve(UUID.randomUUID().toString());
          AtomicFile.publish(from, aside);
          content.add(aside);
        }
      }
      return Optional.of(new Taken(List.copyOf(image.names()), content));
    }
  }
}
