package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where else in a registry blobs may be: in repositories that the user names, and in those that
 * images of a layout are named after. An image of such a name was pushed there or pulled from there
 * as a rule, but not always, so a repository that has not got what it should is asked no more. The
 * layout is read when first asked. Thread-safe.
 */
public final class KnownRepositories implements MountSource {
  /** So much of the newest entries is read at most, as each is a file. */
  private static final int MAX_DOCUMENTS = 64;

  /** Of the layout's; a wrong one costs a request. */
  private static final int MAX_CANDIDATES = 2;

  private final OciLayout layout;
  private final Reference target;
  private final List<String> named;
  private final Set<String> refused = new HashSet<>();
  private @Nullable Map<Digest, Set<String>> known;

  /**
   * For what goes to one repository.
   *
   * @param target in whose registry blobs are wanted
   * @param named by the user, always asked first
   */
  public KnownRepositories(OciLayout layout, Reference target, List<String> named) {
    this.layout = layout;
    this.target = target;
    this.named = List.copyOf(named);
  }

  @Override
  public synchronized List<String> repositories(Descriptor blob) throws IOException {
    Map<Digest, Set<String>> all = known;
    if (all == null) {
      all = read();
      known = all;
    }
    Set<String> candidates = new LinkedHashSet<>(named);
    all.getOrDefault(blob.digest(), Set.of()).stream()
        .filter(repository -> !refused.contains(repository))
        .limit(MAX_CANDIDATES)
        .forEach(candidates::add);
    candidates.remove(target.repository());
    return List.copyOf(candidates);
  }

  @Override
  public synchronized void refused(String repository) {
    refused.add(repository);
  }

  private Map<Digest, Set<String>> read() throws IOException {
    Map<Digest, Set<String>> blobs = new HashMap<>();
    List<Descriptor> entries = new ArrayList<>(layout.index().entries());
    int left = MAX_DOCUMENTS;
    // Names are added at the end.
    for (int i = entries.size() - 1; i >= 0 && left > 0; i--) {
      Optional<String> repository = repository(entries.get(i));
      if (repository.isPresent()) {
        left -= note(entries.get(i), repository.get(), left, blobs);
      }
    }
    return blobs;
  }

  /** The repository of an entry's name, if it is another one of the same registry. */
  private Optional<String> repository(Descriptor entry) throws FlintException {
    Optional<String> name = LayoutIndex.nameOf(entry);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      Reference reference = Reference.parse(name.get());
      return reference.host().equals(target.host())
              && !reference.repository().equals(target.repository())
          ? Optional.of(reference.repository())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      // Another tool's name.
      return Optional.empty();
    }
  }

  /** Notes the blobs of an image, and returns how many documents that took. */
  private int note(Descriptor entry, String repository, int limit, Map<Digest, Set<String>> blobs) {
    try {
      Document document = layout.document(entry);
      if (!document.isIndex()) {
        note(Manifest.of(document), repository, blobs);
        return 1;
      }
      int count = 1;
      for (Descriptor child : ImageIndex.of(document).manifests()) {
        if (count < limit && layout.find(child).isPresent()) {
          count++;
          Document childDocument = layout.document(child);
          if (!childDocument.isIndex()) {
            note(Manifest.of(childDocument), repository, blobs);
          }
        }
      }
      return count;
    } catch (IOException e) {
      // What is wrong with another image is no reason not to send this one.
      return 1;
    }
  }

  private static void note(Manifest manifest, String repository, Map<Digest, Set<String>> blobs) {
    for (Descriptor layer : manifest.layers()) {
      blobs.computeIfAbsent(layer.digest(), digest -> new LinkedHashSet<>()).add(repository);
    }
    blobs
        .computeIfAbsent(manifest.config().digest(), digest -> new LinkedHashSet<>())
        .add(repository);
  }
}
