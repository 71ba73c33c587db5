package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Referrer;
import dev.flint.oci.transfer.ReferrerSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the documents that a bundle lists refer to. Each is read once, when the first question
 * comes; what is listed later is not seen. Confined to one thread.
 */
public final class ListedReferrers implements ReferrerSource {
  private final ImageBundle bundle;
  private @Nullable Map<Digest, List<Descriptor>> bySubject;

  /** Those of a bundle. */
  public ListedReferrers(ImageBundle bundle) {
    this.bundle = bundle;
  }

  @Override
  public List<Descriptor> referrersOf(Descriptor subject) throws IOException {
    Map<Digest, List<Descriptor>> known = bySubject;
    if (known == null) {
      known = read();
      bySubject = known;
    }
    return known.getOrDefault(subject.digest(), List.of());
  }

  private Map<Digest, List<Descriptor>> read() throws IOException {
    Map<Digest, List<Descriptor>> found = new HashMap<>();
    Set<Digest> seen = new HashSet<>();
    for (NamedImage image : bundle.images()) {
      Descriptor root = image.root();
      if (isDocument(root.mediaType()) && seen.add(root.digest())) {
        Optional<Referrer> referrer = Referrer.of(bundle.manifest(root));
        if (referrer.isPresent()) {
          Digest subject = referrer.get().subject().digest();
          found.computeIfAbsent(subject, key -> new ArrayList<>()).add(root);
        }
      }
    }
    return found;
  }

  private static boolean isDocument(MediaType type) {
    return type.isManifest() || type.isIndex();
  }
}
