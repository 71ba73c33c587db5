package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.MediaType;
import dev.flint.oci.Referrer;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.OriginPolicy;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What refers to a manifest (OCI distribution spec 1.1, "Listing Referrers"): by the registry's own
 * list where it has one, else by the index that clients keep at a tag. Used for one listing.
 */
final class Referrers {
  private static final int MAX_PAGE = 4 * 1024 * 1024;
  private static final int MAX_ENTRIES = 20_000;

  /** What registries that do not know the request say to it; anything else is a failure. */
  private static final Set<Integer> UNKNOWN = Set.of(200, 400, 404, 405, 406, 501);

  private final RegistrySession session;
  private final Retries retries;
  private final Endpoints endpoints;
  private final String name;
  private final ReferrersTag tag;
  private final Map<Digest, Descriptor> found = new LinkedHashMap<>();
  private boolean known;
  private boolean filtered = true;

  Referrers(
      RegistrySession session,
      Retries retries,
      Endpoints endpoints,
      String name,
      ReferrersTag tag) {
    this.session = session;
    this.retries = retries;
    this.endpoints = endpoints;
    this.name = name;
    this.tag = tag;
  }

  List<Descriptor> list(Digest subject, Optional<String> artifactType) throws IOException {
    if (!ask(subject, artifactType)) {
      filtered = false;
      found.clear();
      tag.entries(subject).forEach(entry -> found.put(entry.digest(), entry));
      removeChildren(subject);
    }
    List<Descriptor> referrers = new ArrayList<>();
    for (Descriptor entry : found.values()) {
      if (artifactType.isEmpty() || filtered || artifactType.equals(Referrer.artifactType(entry))) {
        referrers.add(entry);
      }
    }
    return referrers;
  }

  /** Whether the registry knows; {@link #found} has what it says. */
  private boolean ask(Digest subject, Optional<String> artifactType) throws IOException {
    URI url = endpoints.referrers(subject, artifactType);
    Call call = Call.of("GET", url).header("Accept", MediaType.OCI_INDEX.value());
    String action = "list the referrers of " + name + "@" + subject;
    new Pages(session, retries, action)
        .read(
            call,
            page -> {
              known = isList(page);
              if (known) {
                add(page, action);
              } else if (!isUnknown(page, url)) {
                throw RegistryException.of(action, page);
              }
              return known;
            });
    return known;
  }

  /** Some registries answer 200 with something else, or send everybody to a web page. */
  private static boolean isList(Reply page) {
    String type = page.header("content-type").orElse("").split(";", 2)[0].strip();
    return page.status() == 200
        && type.toLowerCase(Locale.ROOT).equals(MediaType.OCI_INDEX.value());
  }

  private static boolean isUnknown(Reply page, URI asked) {
    return UNKNOWN.contains(page.status()) || !OriginPolicy.sameOrigin(page.url(), asked);
  }

  private void add(Reply page, String action) throws IOException {
    filtered &=
        List.of(page.header("oci-filters-applied").orElse("").split("[,\\s]+"))
            .contains("artifactType");
    byte[] bytes = page.body().readNBytes(MAX_PAGE + 1);
    Document document =
        Document.received(bytes, Digest.sha256(bytes), Optional.of(MediaType.OCI_INDEX));
    ImageIndex.of(document).manifests().forEach(entry -> found.put(entry.digest(), entry));
    if (found.size() > MAX_ENTRIES) {
      throw new FlintException(
          ErrorCode.POLICY, "cannot " + action + ": there are more than " + MAX_ENTRIES);
    }
  }

  /** Where a registry reads the tag as a digest, the index is the subject's own list. */
  private void removeChildren(Digest subject) throws IOException {
    if (found.isEmpty()) {
      return;
    }
    Call call =
        Call.of("GET", endpoints.manifest(subject.toString()))
            .header("Accept", RegistryRepository.ACCEPT);
    String action = "read " + name + "@" + subject;
    Optional<Document> document =
        retries.run(
            RequestKind.READ,
            action,
            () -> {
              try (Reply reply = session.send(call)) {
                return reply.status() == 404
                    ? Optional.empty()
                    : Optional.of(ReceivedManifest.read(reply, action, Optional.of(subject)));
              }
            });
    if (document.isPresent() && document.get().isIndex()) {
      found
          .keySet()
          .removeAll(
              ImageIndex.of(document.get()).manifests().stream()
                  .map(Descriptor::digest)
                  .collect(Collectors.toSet()));
    }
  }
}
