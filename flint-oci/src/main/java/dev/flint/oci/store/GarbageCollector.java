package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
    Optional<StoreLock.Hold> owned = layout.useLock().tryOwn();
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
    Optional<StoreLock.Hold> owned = layout.useLock().tryOwn();
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
        // Not those that were retired since: their blobs are still there.
        Set<Digest> gone = retired.stream().map(Descriptor::digest).collect(Collectors.toSet());
        layout.changeIndex(index -> index.withoutRetired(gone));
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
    Optional<StoreLock.Hold> owned = layout.useLock().tryOwn();
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
    new BlobFiles(layout).visit(entry -> entry.digest().ifPresent(found::add));
    return found;
  }

  private long delete(Collection<Descriptor> removed, Collection<Descriptor> kept)
      throws IOException {
    Set<Digest> unused = reachable(removed, false);
    unused.removeAll(reachable(kept, true));
    long freed = 0;
    List<Digest> there = new ArrayList<>();
    for (Digest digest : unused) {
      Optional<Blob> blob = layout.find(digest);
      if (blob.isPresent()) {
        there.add(digest);
        freed += blob.get().size();
      }
    }
    new BlobFiles(layout).delete(there);
    return freed;
  }

  /**
   * What hangs below the roots.
   *
   * @param strict whether a damaged document is a failure; it must be where what is found is kept
   */
  private Set<Digest> reachable(Collection<Descriptor> roots, boolean strict) throws IOException {
    Set<Digest> seen = new HashSet<>();
    LayoutGraph.Visitor visitor =
        new LayoutGraph.Visitor() {
          @Override
          public void part(Descriptor part, BlobRole role) {
            seen.add(part.digest());
          }

          @Override
          public void closed(Descriptor document, IOException why) throws IOException {
            if (strict && layout.find(document).isPresent()) {
              throw why;
            }
          }
        };
    new LayoutGraph(layout, visitor).walk(roots);
    return seen;
  }
}
