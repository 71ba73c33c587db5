package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The content of an {@code index.json} (OCI image spec, image-layout.md). A name is the annotation
 * {@code org.opencontainers.image.ref.name} of an entry. Entries and members of others are kept as
 * they are. Immutable.
 */
public final class LayoutIndex {
  /** The annotation that names an entry. */
  public static final String REF_NAME = "org.opencontainers.image.ref.name";

  private static final String RETIRED = "dev.flint.retired";

  private final JsonObject json;
  private final List<Descriptor> entries;

  private LayoutIndex(JsonObject json, List<Descriptor> entries) {
    this.json = json;
    this.entries = entries;
  }

  /** An index without entries. */
  public static LayoutIndex empty() {
    return new LayoutIndex(
        JsonObject.empty()
            .with("schemaVersion", 2)
            .with("mediaType", "application/vnd.oci.image.index.v1+json"),
        List.of());
  }

  /**
   * Reads the bytes of an {@code index.json}.
   *
   * @param what names the file in errors
   * @throws FlintException PROTOCOL if it is malformed, POLICY if it is over a limit
   */
  public static LayoutIndex parse(byte[] bytes, String what) throws FlintException {
    JsonObject json = JsonObject.parse(bytes, what);
    List<Descriptor> entries = new ArrayList<>();
    for (JsonObject entry : json.objects("manifests")) {
      entries.add(Descriptor.of(entry));
    }
    return new LayoutIndex(json, Collections.unmodifiableList(entries));
  }

  /** The bytes of the {@code index.json}. */
  public byte[] bytes() {
    return json.withObjects("manifests", entries.stream().map(Descriptor::json).toList()).bytes();
  }

  /** All entries, named or not, in file order. */
  public List<Descriptor> entries() {
    return entries;
  }

  /** The name of an entry. */
  public static Optional<String> nameOf(Descriptor entry) throws FlintException {
    return entry.annotation(REF_NAME);
  }

  /** The same entry without its name. */
  public static Descriptor unnamed(Descriptor entry) throws FlintException {
    Map<String, String> annotations = new LinkedHashMap<>(entry.annotations());
    return annotations.remove(REF_NAME) == null ? entry : entry.withAnnotations(annotations);
  }

  /** The entry with this name. */
  public Optional<Descriptor> find(String name) throws FlintException {
    for (Descriptor entry : entries) {
      if (name.equals(nameOf(entry).orElse(null))) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /** The names, in file order. */
  public List<String> names() throws FlintException {
    List<String> names = new ArrayList<>();
    for (Descriptor entry : entries) {
      nameOf(entry).ifPresent(names::add);
    }
    return names;
  }

  /** A copy in which {@code name} points to the target; its annotations are kept. */
  public LayoutIndex withName(String name, Descriptor target) throws FlintException {
    Map<String, String> annotations = new LinkedHashMap<>(target.annotations());
    annotations.put(REF_NAME, name);
    List<Descriptor> changed = new ArrayList<>(withoutName(name).entries);
    changed.add(target.withAnnotations(annotations));
    return new LayoutIndex(json, changed);
  }

  /** As {@link #withName}; what the name pointed to is {@linkplain #withRetired retired}. */
  LayoutIndex withMoved(String name, Descriptor target) throws FlintException {
    Optional<Descriptor> old = find(name);
    boolean moved = old.isPresent() && !old.get().digest().equals(target.digest());
    return (moved ? withRetired(name) : this).withName(name, target);
  }

  /** A copy with an unnamed entry, unless the target is listed already and not just retired. */
  public LayoutIndex withEntry(Descriptor target) throws FlintException {
    List<Descriptor> changed = new ArrayList<>();
    for (Descriptor entry : entries) {
      boolean same = entry.digest().equals(target.digest());
      if (same && !isRetired(entry)) {
        return this;
      }
      if (!same) {
        changed.add(entry);
      }
    }
    changed.add(target);
    return new LayoutIndex(json, changed);
  }

  /**
   * A copy in which what {@code name} points to is listed without a name, for the next sweep of a
   * {@link GarbageCollector}; nothing else would know these blobs are no longer wanted.
   */
  public LayoutIndex withRetired(String name) throws FlintException {
    Optional<Descriptor> entry = find(name);
    if (entry.isEmpty()) {
      return this;
    }
    return withoutName(name).withEntry(retired(entry.get()));
  }

  /**
   * A copy in which a target that has no name yet is listed as retired, unless it is listed
   * already: a name makes it an image, and without one the next sweep removes it.
   */
  public LayoutIndex withUnclaimed(Descriptor target) throws FlintException {
    return withEntry(retired(target));
  }

  private static Descriptor retired(Descriptor entry) throws FlintException {
    Map<String, String> annotations = new LinkedHashMap<>(entry.annotations());
    annotations.remove(REF_NAME);
    annotations.put(RETIRED, "true");
    return entry.withAnnotations(annotations);
  }

  /**
   * A copy for a layout of what can be fetched again: entries that were listed before the last so
   * many bytes of them are retired like {@linkplain #withRetired names}, and those before twice as
   * many are forgotten. The very last one stays, however long it is.
   */
  public LayoutIndex withLast(int bytes) throws FlintException {
    List<Descriptor> kept = new ArrayList<>();
    boolean changed = false;
    long length = 0;
    for (int i = entries.size() - 1; i >= 0; i--) {
      Descriptor entry = entries.get(i);
      length += entry.json().bytes().length;
      boolean old = length > bytes && !kept.isEmpty();
      if (!old || (length <= 2L * bytes && isRetired(entry))) {
        kept.add(entry);
        continue;
      }
      changed = true;
      if (length <= 2L * bytes) {
        kept.add(retired(entry));
      }
    }
    Collections.reverse(kept);
    return changed ? new LayoutIndex(json, kept) : this;
  }

  /** Whether an entry only waits for its blobs to be removed. */
  public static boolean isRetired(Descriptor entry) throws FlintException {
    return entry.annotation(RETIRED).isPresent() && nameOf(entry).isEmpty();
  }

  /** A copy without the retired entries of these digests. */
  LayoutIndex withoutRetired(Set<Digest> digests) throws FlintException {
    List<Descriptor> kept = new ArrayList<>();
    for (Descriptor entry : entries) {
      if (!isRetired(entry) || !digests.contains(entry.digest())) {
        kept.add(entry);
      }
    }
    return kept.size() == entries.size() ? this : new LayoutIndex(json, kept);
  }

  /** A copy without the entries that match. */
  public LayoutIndex without(Predicate<Descriptor> unwanted) {
    List<Descriptor> kept = entries.stream().filter(unwanted.negate()).toList();
    return kept.size() == entries.size() ? this : new LayoutIndex(json, kept);
  }

  /** A copy without this name. */
  public LayoutIndex withoutName(String name) throws FlintException {
    List<Descriptor> kept = new ArrayList<>();
    for (Descriptor entry : entries) {
      if (!name.equals(nameOf(entry).orElse(null))) {
        kept.add(entry);
      }
    }
    return kept.size() == entries.size() ? this : new LayoutIndex(json, kept);
  }
}
