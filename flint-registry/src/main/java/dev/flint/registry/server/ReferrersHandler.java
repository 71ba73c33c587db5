package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.MediaType;
import dev.flint.oci.Referrer;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Listing what refers to a manifest (distribution spec end-12). */
final class ReferrersHandler {
  /** As much as clients read of a manifest; more comes on the next page. */
  private static final int MAX_BYTES = 4 * 1024 * 1024 - 1024;

  private final Repositories repositories;
  private final LargeDocuments large;

  ReferrersHandler(Repositories repositories, LargeDocuments large) {
    this.repositories = repositories;
    this.large = large;
  }

  void serve(Call call, String name, String digestText) throws IOException, Refusal {
    if (!call.isHead() && !call.method().equals("GET")) {
      throw Refusal.method(call, "GET, HEAD");
    }
    Digest subject = DigestText.parse(digestText);
    Optional<String> type = call.query("artifactType").filter(text -> !text.isEmpty());
    Optional<Repository> repository = repositories.find(name);
    // By the spec never 404: that would mean that there is no such API here.
    List<Descriptor> referrers =
        repository.isPresent()
            ? page(call, repository.get().layout(), find(repository.get().layout(), subject, type))
            : List.of();
    if (type.isPresent()) {
      call.with("OCI-Filters-Applied", "artifactType");
    }
    call.answer(200, MediaType.OCI_INDEX.value(), ImageIndex.create(referrers).bytes());
  }

  /** By digest, which is also their order, so that pages stay stable. */
  private static Map<String, Descriptor> find(
      OciLayout layout, Digest subject, Optional<String> type) throws IOException {
    Map<String, Descriptor> found = new TreeMap<>();
    for (Descriptor entry : layout.index().entries()) {
      boolean wanted = type.isEmpty() || type.equals(Referrer.artifactType(entry));
      if (wanted && ListedManifest.subject(entry).filter(subject::equals).isPresent()) {
        found.put(entry.digest().toString(), entry);
      }
    }
    return found;
  }

  private List<Descriptor> page(Call call, OciLayout layout, Map<String, Descriptor> all)
      throws IOException, Refusal {
    String last = call.query("last").orElse("");
    List<Descriptor> page = new ArrayList<>();
    long bytes = 0;
    for (Map.Entry<String, Descriptor> entry : all.entrySet()) {
      if (entry.getKey().compareTo(last) <= 0) {
        continue;
      }
      if (layout.find(entry.getValue()).isEmpty()) {
        // Deleted since the index was read.
        continue;
      }
      Descriptor referrer;
      try (LargeDocuments.Turn turn = large.take(call, entry.getValue().size())) {
        referrer = ListedManifest.referrer(layout, entry.getValue());
      }
      bytes += referrer.json().bytes().length + 1;
      if (bytes > MAX_BYTES && !page.isEmpty()) {
        link(call, page.get(page.size() - 1).digest());
        break;
      }
      page.add(referrer);
    }
    return page;
  }

  private static void link(Call call, Digest last) throws Refusal {
    String type = call.query("artifactType").map(t -> "&artifactType=" + Page.encode(t)).orElse("");
    call.with(
        "Link",
        "<" + call.path() + "?last=" + Page.encode(last.toString()) + type + ">; rel=\"next\"");
  }
}
