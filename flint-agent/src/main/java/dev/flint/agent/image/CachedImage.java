package dev.flint.agent.image;

import dev.flint.agent.image.KnownImages.Entry;
import dev.flint.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An image that is unpacked here, or content that no name leads to any more.
 *
 * @param manifest empty for such content
 * @param records the files of its names
 * @param names as people wrote them
 * @param content keys of what it needs
 * @param usedMillis when it was used last, since 1970
 */
record CachedImage(
    Optional<Digest> manifest,
    List<Path> records,
    Set<String> names,
    Set<String> content,
    long usedMillis) {
  /** All there are. */
  static List<CachedImage> list(KnownImages known, Map<String, Path> there) throws IOException {
    Map<Digest, List<Entry>> byManifest = new HashMap<>();
    for (Entry entry : known.all()) {
      byManifest.computeIfAbsent(entry.image().manifest(), any -> new ArrayList<>()).add(entry);
    }
    List<CachedImage> images = new ArrayList<>();
    Set<String> named = new HashSet<>();
    for (List<Entry> entries : byManifest.values()) {
      CachedImage image = of(entries);
      images.add(image);
      named.addAll(image.content());
    }
    for (Map.Entry<String, Path> one : there.entrySet()) {
      if (!named.contains(one.getKey())) {
        images.add(
            new CachedImage(
                Optional.empty(),
                List.of(),
                Set.of(),
                Set.of(one.getKey()),
                UnpackedContent.putThere(one.getValue())));
      }
    }
    return images;
  }

  private static CachedImage of(List<Entry> entries) throws IOException {
    List<Path> records = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> content = new HashSet<>();
    long used = 0;
    for (Entry entry : entries) {
      records.add(entry.file());
      names.add(entry.reference());
      content.addAll(UnpackedContent.keys(entry.image()));
      used = Math.max(used, Files.getLastModifiedTime(entry.file()).toMillis());
    }
    return new CachedImage(
        Optional.of(entries.get(0).image().manifest()), records, names, content, used);
  }

  /** Whether it must stay, or nothing would be gained if it went. */
  boolean isKept(ImagesInUse use) {
    if (manifest.isPresent() && use.manifests().contains(manifest.get())) {
      return true;
    }
    for (String name : names) {
      if (use.references().contains(name)) {
        return true;
      }
    }
    return use.content().containsAll(content);
  }

  /** What of it nobody else needs. */
  Set<String> ownContent(Collection<CachedImage> all, ImagesInUse use) {
    Set<String> own = new HashSet<>(content);
    own.removeAll(use.content());
    for (CachedImage other : all) {
      if (!other.equals(this)) {
        own.removeAll(other.content());
      }
    }
    return own;
  }

  /**
   * Those that may go, least recently used first.
   *
   * @param minAge how long they must not have been used, in milliseconds
   */
  static List<CachedImage> unused(
      Collection<CachedImage> all, ImagesInUse use, long nowMillis, long minAge) {
    List<CachedImage> unused = new ArrayList<>();
    for (CachedImage image : all) {
      long age = nowMillis - image.usedMillis();
      // What was used in the future was used before the clock was put right.
      if (!image.isKept(use) && (age < 0 || age >= minAge)) {
        unused.add(image);
      }
    }
    unused.sort((a, b) -> Long.compare(a.usedMillis(), b.usedMillis()));
    return unused;
  }
}
