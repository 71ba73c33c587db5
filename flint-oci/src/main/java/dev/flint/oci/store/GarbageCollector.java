package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes the blobs that only the named, now removed images used, and what came of blobs that
 * nobody went on fetching. Blobs nobody refers to but which were not part of those images are left
 * alone: they may be another tool's.
 */
public final class GarbageCollector {
  private static final Duration PARTIAL_AGE = Duration.ofDays(7);

  private final OciLayout layout;

  /** Works on one layout. */
  public GarbageCollector(OciLayout layout) {
    this.layout = layout;
  }

  /**
   * Deletes what hangs below the removed entries and below no entry of the index.
   *
   * @return the bytes freed; empty if the layout is in use, so that nothing could be deleted
   */
  public Optional<Long> collect(Collection<Descriptor> removed) throws IOException {
    Optional<StoreLock.Hold> owned = layout.tryOwn();
    if (owned.isEmpty()) {
      return Optional.empty();
    }
    try (StoreLock.Hold hold = owned.get()) {
      return Optional.of(delete(removed, layout.index().entries()));
    }
  }

  /**
   * Deletes what only retired entries of the index need, and then the entries, so that a crash in
   * between is made good by the next sweep; and partial blobs that are older than seven days.
   *
   * @return the bytes freed; empty if the layout is in use, so that nothing could be deleted
   */
  public Optional<Long> sweep() throws IOException {
    Optional<StoreLock.Hold> owned = layout.tryOwn();
    if (owned.isEmpty()) {
      return Optional.empty();
    }
    try (StoreLock.Hold hold = owned.get()) {
      List<Descriptor> retired = new ArrayList<>();
      List<Descriptor> kept = new ArrayList<>();
      for (Descriptor entry : layout.index().entries()) {
        (LayoutIndex.isRetired(entry) ? retired : kept).add(entry);
      }
      long freed = layout.partials().sweep(layout, PARTIAL_AGE);
      if (!retired.isEmpty()) {
        freed += delete(retired, kept);
        layout.changeIndex(LayoutIndex::withoutRetired);
      }
      return Optional.of(freed);
    }
  }

  /**
   * Empties a layout through which blobs only pass, so that whatever is there while nobody uses it
   * was left by who was killed. Partial blobs stay for so long, as their fetch may go on.
   *
   * @return the bytes freed; empty if the layout is in use, so that nothing could be deleted
   */
  public Optional<Long> clear(Duration partialAge) throws IOException {
    Optional<StoreLock.Hold> owned = layout.tryOwn();
    if (owned.isEmpty()) {
      return Optional.empty();
    }
    try (StoreLock.Hold hold = owned.get()) {
      // First of all the names: what is named is whole.
      layout.changeIndex(index -> index.without(entry -> true));
      long freed = layout.partials().sweep(layout, partialAge);
      for (Digest digest : blobs()) {
        Optional<Blob> blob = layout.find(digest);
        if (blob.isPresent() && layout.delete(digest)) {
          freed += blob.get().size();
        }
      }
      return Optional.of(freed);
    }
  }

  private List<Digest> blobs() throws IOException {
    List<Digest> found = new ArrayList<>();
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(layout.folder().resolve("blobs"))) {
      for (Path folder : folders) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
          for (Path file : files) {
            digestOf(folder, file).ifPresent(found::add);
          }
        }
      }
    }
    return found;
  }

  private static Optional<Digest> digestOf(Path folder, Path file) {
    try {
      return Optional.of(Digest.parse(folder.getFileName() + ":" + file.getFileName()));
    } catch (IllegalArgumentException e) {
      // Not one of ours.
      return Optional.empty();
    }
  }

  private long delete(Collection<Descriptor> removed, Collection<Descriptor> kept)
      throws IOException {
    Set<Digest> unused = reachable(removed, false);
    unused.removeAll(reachable(kept, true));
    long freed = 0;
    for (Digest digest : unused) {
      Optional<Blob> blob = layout.find(digest);
      if (blob.isPresent() && layout.delete(digest)) {
        freed += blob.get().size();
      }
    }
    return freed;
  }

  /**
   * What hangs below the roots.
   *
   * @param strict whether a damaged document is a failure; it must be where what is found is kept
   */
  private Set<Digest> reachable(Collection<Descriptor> roots, boolean strict) throws IOException {
    Set<Digest> seen = new HashSet<>();
    for (Descriptor root : roots) {
      walk(root, seen, strict);
    }
    return seen;
  }

  private void walk(Descriptor descriptor, Set<Digest> seen, boolean strict) throws IOException {
    boolean document = descriptor.mediaType().isIndex() || descriptor.mediaType().isManifest();
    if (!seen.add(descriptor.digest()) || !document || layout.find(descriptor).isEmpty()) {
      return;
    }
    List<Descriptor> children;
    try {
      children = children(layout.document(descriptor));
    } catch (FlintException e) {
      if (strict) {
        throw e;
      }
      return;
    }
    for (Descriptor child : children) {
      walk(child, seen, strict);
    }
  }

  private static List<Descriptor> children(Document document) throws IOException {
    if (document.isIndex()) {
      return ImageIndex.of(document).manifests();
    }
    Manifest manifest = Manifest.of(document);
    return Stream.concat(Stream.of(manifest.config()), manifest.layers().stream()).toList();
  }
}
