package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What lies in a layout and who needs it, by documents and lists of files: no layer is read. A
 * moment's view. Immutable.
 */
public final class StoreContents {
  private final List<BlobUse> blobs;
  private final List<ImageUse> images;
  private final Totals totals;

  private StoreContents(List<BlobUse> blobs, List<ImageUse> images, Totals totals) {
    this.blobs = blobs;
    this.images = images;
    this.totals = totals;
  }

  /**
   * A blob that is there.
   *
   * @param bytes how long it is
   * @param images the names of those that need it, sorted; of one without a name, its digest
   * @param used when it came or was read last, as far as the file system notes that
   */
  public record BlobUse(
      Digest digest, BlobRole role, long bytes, List<String> images, Instant used) {
    /** Whether nothing needs it. */
    public boolean isOrphan() {
      return images.isEmpty();
    }
  }

  /**
   * An image.
   *
   * @param name of one without a name, its digest
   * @param bytes of all its blobs that are there
   * @param unique of those that nothing else needs
   */
  public record ImageUse(String name, Digest digest, long bytes, long unique) {
    /** Of those that others need too. */
    public long shared() {
      return bytes - unique;
    }
  }

  /**
   * Sums, in bytes.
   *
   * @param needed of blobs that images need
   * @param orphans of blobs that nothing needs
   * @param partials of what came of blobs so far
   * @param leftovers of killed processes
   * @param quarantined of what a repair moved away
   */
  public record Totals(long needed, long orphans, long partials, long leftovers, long quarantined) {
    /** All together. */
    public long bytes() {
      return needed + orphans + partials + leftovers + quarantined;
    }
  }

  /** All that is known of one root. */
  private record Root(List<String> names, Set<Digest> blobs) {}

  /** Looks at a layout. */
  public static StoreContents read(OciLayout layout) throws IOException {
    try (OciLayout.Use use = layout.use()) {
      Map<Digest, BlobRole> roles = new HashMap<>();
      Map<Descriptor, Root> roots = roots(layout, roles);
      Map<Digest, List<String>> needed = new HashMap<>();
      for (Root root : roots.values()) {
        for (Digest blob : root.blobs()) {
          needed.computeIfAbsent(blob, any -> new ArrayList<>()).addAll(root.names());
        }
      }
      List<BlobUse> blobs = blobs(layout, roles, needed);
      return new StoreContents(blobs, images(roots, needed, blobs), totals(layout, blobs));
    }
  }

  private static Map<Descriptor, Root> roots(OciLayout layout, Map<Digest, BlobRole> roles)
      throws IOException {
    Map<Descriptor, Root> roots = new LinkedHashMap<>();
    for (Descriptor entry : layout.index().entries()) {
      if (LayoutIndex.isRetired(entry)) {
        continue;
      }
      Root root = roots.get(entry);
      if (root == null) {
        Set<Digest> below = new HashSet<>();
        new LayoutGraph(layout, new Collecting(below, roles)).walk(entry);
        root = new Root(new ArrayList<>(), below);
        roots.put(entry, root);
      }
      root.names().add(LayoutIndex.nameOf(entry).orElse(entry.digest().toString()));
    }
    return roots;
  }

  private record Collecting(Set<Digest> blobs, Map<Digest, BlobRole> roles)
      implements LayoutGraph.Visitor {
    @Override
    public void part(Descriptor part, BlobRole role) {
      blobs.add(part.digest());
      // A document is one, whoever calls it a layer.
      roles.merge(part.digest(), role, (a, b) -> a.compareTo(b) <= 0 ? a : b);
    }

    @Override
    public void closed(Descriptor document, IOException why) {
      // flint store fsck tells; here it has nothing below it.
    }
  }

  private static List<BlobUse> blobs(
      OciLayout layout, Map<Digest, BlobRole> roles, Map<Digest, List<String>> needed)
      throws IOException {
    List<BlobUse> blobs = new ArrayList<>();
    new BlobFiles(layout)
        .visit(
            entry -> {
              if (entry.isBlob()) {
                Digest digest = entry.digest().orElseThrow();
                Instant read = entry.attributes().lastAccessTime().toInstant();
                Instant written = entry.attributes().lastModifiedTime().toInstant();
                blobs.add(
                    new BlobUse(
                        digest,
                        roles.getOrDefault(digest, BlobRole.ORPHAN),
                        entry.attributes().size(),
                        needed.getOrDefault(digest, List.of()).stream().sorted().toList(),
                        read.isAfter(written) ? read : written));
              }
            });
    blobs.sort(Comparator.comparing(blob -> blob.digest().toString()));
    return blobs;
  }

  private static List<ImageUse> images(
      Map<Descriptor, Root> roots, Map<Digest, List<String>> needed, List<BlobUse> blobs) {
    Map<Digest, Long> sizes = new HashMap<>();
    blobs.forEach(blob -> sizes.put(blob.digest(), blob.bytes()));
    List<ImageUse> images = new ArrayList<>();
    roots.forEach(
        (entry, root) -> {
          long bytes = 0;
          long unique = 0;
          for (Digest blob : root.blobs()) {
            long size = sizes.getOrDefault(blob, 0L);
            bytes += size;
            unique += needed.getOrDefault(blob, List.of()).size() == 1 ? size : 0;
          }
          for (String name : root.names()) {
            images.add(new ImageUse(name, entry.digest(), bytes, unique));
          }
        });
    images.sort(Comparator.comparing(ImageUse::name));
    return images;
  }

  private static Totals totals(OciLayout layout, List<BlobUse> blobs) throws IOException {
    long needed = 0;
    long orphans = 0;
    for (BlobUse blob : blobs) {
      if (blob.isOrphan()) {
        orphans += blob.bytes();
      } else {
        needed += blob.bytes();
      }
    }
    return new Totals(
        needed,
        orphans,
        layout.partials().bytes(),
        layout.ingests().leftovers(false),
        Quarantine.bytes(layout));
  }

  /** All blobs, by digest. */
  public List<BlobUse> blobs() {
    return List.copyOf(blobs);
  }

  /** All images, by name. */
  public List<ImageUse> images() {
    return List.copyOf(images);
  }

  /** The sums. */
  public Totals totals() {
    return totals;
  }
}
