package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Frees all of a layout that nothing needs, also what a {@link GarbageCollector} leaves alone:
 * blobs that no image ever had, once they are old enough that no other tool is about to name them.
 * A referrer of a kept image stays. Confined to one thread.
 */
public final class StoreGarbage {
  private final OciLayout layout;
  private final InstantSource clock;

  /** Works on one layout. */
  public StoreGarbage(OciLayout layout, InstantSource clock) {
    this.layout = layout;
    this.clock = clock;
  }

  /**
   * What is wanted.
   *
   * @param minAge blobs without a name that came since then stay
   * @param partialAge of downloads that somebody went on with since then the parts stay
   * @param dryRun whether to remove nothing and only tell
   */
  public record Wish(Duration minAge, Duration partialAge, boolean dryRun) {}

  /** Why something goes. */
  public enum Kind {
    /** Of an image whose name was removed or moved. */
    RETIRED,
    /** Of no image. */
    ORPHAN,
    /** A part of a blob that nobody went on fetching. */
    PARTIAL,
    /** What killed processes left. */
    LEFTOVER
  }

  /**
   * Something that goes.
   *
   * @param digest empty for leftovers
   */
  public record Item(Kind kind, Optional<Digest> digest, long bytes) {}

  /**
   * What went, or would.
   *
   * @param blobsKept why no blobs went; empty if nothing spoke against it
   */
  public record Collected(List<Item> items, String blobsKept) {
    /** The sum, in bytes. */
    public long bytes() {
      return items.stream().mapToLong(Item::bytes).sum();
    }
  }

  /**
   * Collects; waits a minute at most for those who use the layout.
   *
   * @throws FlintException LOCAL_IO if they use it longer, INTEGRITY if a damaged document hides
   *     what is needed; then nothing is removed
   */
  public Collected collect(Wish wish) throws IOException {
    if (wish.dryRun()) {
      // Which works in a layout that cannot be written, too.
      try (OciLayout.Use use = layout.use()) {
        return collectHeld(wish);
      }
    }
    try (StoreLock.Hold hold = layout.useLock().own()) {
      return collectHeld(wish);
    }
  }

  private Collected collectHeld(Wish wish) throws IOException {
    Instant now = clock.instant();
    List<Item> items = new ArrayList<>();
    NeededBlobs needed = needed();
    List<Item> blobs = new Unneeded(layout, needed).find(now.minus(wish.minAge()));
    items.addAll(blobs);
    if (!wish.dryRun()) {
      new BlobFiles(layout).delete(blobs.stream().flatMap(item -> item.digest().stream()).toList());
    }
    for (Digest digest : layout.partials().old(layout, now.minus(wish.partialAge()))) {
      long bytes =
          wish.dryRun() ? layout.partials().bytes(digest) : layout.partials().dropUnused(digest);
      if (bytes > 0) {
        items.add(new Item(Kind.PARTIAL, Optional.of(digest), bytes));
      }
    }
    long left = layout.ingests().leftovers(!wish.dryRun());
    if (left > 0) {
      items.add(new Item(Kind.LEFTOVER, Optional.empty(), left));
    }
    if (!wish.dryRun() && needed.unknown().isEmpty()) {
      // Now that their blobs are gone nobody needs to know them any more. Last, as it takes room.
      layout.changeIndex(index -> index.withoutRetired(needed.retiredRoots()));
    }
    items.sort(Comparator.comparing(Item::kind).thenComparing(item -> item.digest().toString()));
    return new Collected(items, needed.unknown());
  }

  private NeededBlobs needed() throws IOException {
    List<Descriptor> kept = new ArrayList<>();
    List<Descriptor> retired = new ArrayList<>();
    for (Descriptor entry : layout.index().entries()) {
      (LayoutIndex.isRetired(entry) ? retired : kept).add(entry);
    }
    try {
      return NeededBlobs.of(layout, kept, retired);
    } catch (FlintException e) {
      throw new FlintException(
          ErrorCode.INTEGRITY,
          "cannot tell what is needed in " + layout.folder() + ": " + e.getMessage(),
          "see flint store fsck",
          e);
    }
  }
}
