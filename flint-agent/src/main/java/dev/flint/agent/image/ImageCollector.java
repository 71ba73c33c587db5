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
import java.util.TreeMap;
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
   * @param bytes to be freed, or what is possible of it; what is not needed for that stays
   * @param fetch bytes that a fetch lacks: as fewer do not help it, nothing is removed for it if
   *     all unused images together are less
   * @param minAge images that were used since then stay
   * @param keep names of images that stay
   */
  public record Wish(long bytes, long fetch, Duration minAge, Collection<String> keep) {}

  /**
   * What was removed.
   *
   * @param bytes about so many
   * @param names of images; content that had lost its name has none
   * @param possible about how many bytes could be freed, if that is too few for the fetch; else -1
   */
  public record Collected(long bytes, int images, List<String> names, long possible) {
    /** Nothing was removed. */
    public static final Collected NOTHING = new Collected(0, 0, List.of(), -1);
  }

  /** All content and images, what is in use, and the images that may go, in that order. */
  private record Look(
      Map<String, Path> there, List<CachedImage> all, ImagesInUse use, List<CachedImage> unused) {}

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
      return Optional.of(Collected.NOTHING);
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
      long wanted = wish.bytes();
      long possible = -1;
      if (freed < wish.fetch() && wanted < wish.fetch()) {
        possible = freed + unused(wish);
        if (possible >= wish.fetch()) {
          wanted = wish.fetch();
          possible = -1;
        }
      }
      while (freed < wanted) {
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
      return Optional.of(new Collected(freed, count, names, possible));
    }
  }

  /** About how many bytes all unpacked images take, in use or not. */
  public long bytes() throws IOException {
    long bytes = 0;
    for (Path content : new UnpackedContent(images).list().values()) {
      bytes += UnpackedContent.bytes(content);
    }
    return bytes;
  }

  /**
   * About how many bytes would be freed if all unused images went.
   *
   * @throws IOException also if it cannot be known what is in use
   */
  public long unusedBytes(Wish wish) throws IOException {
    return Files.isDirectory(images) ? unused(wish) : 0;
  }

  /** To be called while nobody can make an instance. */
  private Look look(Wish wish) throws IOException {
    Map<String, Path> there = new UnpackedContent(images).list();
    List<CachedImage> all = CachedImage.list(known, there);
    ImagesInUse use = ImagesInUse.read(state, images, wish.keep());
    return new Look(
        there, all, use, CachedImage.unused(all, use, clock.millis(), wish.minAge().toMillis()));
  }

  /** About how many bytes all unused images are together. */
  private long unused(Wish wish) throws IOException {
    Map<String, Path> going = new TreeMap<>();
    try (StoreLock.Hold hold = known.own()) {
      Look now = look(wish);
      going.putAll(now.there());
      going.keySet().removeAll(now.use().content());
      for (CachedImage image : now.all()) {
        if (!now.unused().contains(image)) {
          going.keySet().removeAll(image.content());
        }
      }
    }
    long bytes = 0;
    for (Path content : going.values()) {
      bytes += UnpackedContent.bytes(content);
    }
    return bytes;
  }

  /** Takes the next image out of use. What is in use is looked at anew each time. */
  private Optional<Taken> take(Wish wish) throws IOException {
    try (StoreLock.Hold hold = known.own()) {
      Look now = look(wish);
      if (now.unused().isEmpty()) {
        return Optional.empty();
      }
      CachedImage image = now.unused().get(0);
      for (Path record : image.records()) {
        Files.deleteIfExists(record);
      }
      List<Path> content = new ArrayList<>();
      for (String key : image.ownContent(now.all(), now.use())) {
        Path from = now.there().get(key);
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
