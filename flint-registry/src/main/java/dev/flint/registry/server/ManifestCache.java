package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Manifests from the upstream registry. A digest is fetched once; a tag is compared with the
 * upstream registry's every half a minute, and when that cannot be reached, the tag that is here
 * still counts. Thread-safe.
 */
final class ManifestCache {
  /** So long a tag counts as what it is upstream, and an upstream that was down as still down. */
  static final Duration FRESH = Duration.ofSeconds(30);

  private static final int MAX_TAGS = 10_000;

  /** Of the index of a repository: some thousand manifests, far from what can still be read. */
  private static final int LISTED_BYTES = 1 << 20;

  private final Upstream upstream;
  private final Upstream hasty;
  private final Repositories repositories;
  private final Places places;
  private final LargeDocuments large;
  private final Clock clock;
  private final Consumer<String> log;
  private final OncePerKey<String, Boolean> refreshes = new OncePerKey<>();
  private final Map<String, Instant> checked = new ConcurrentHashMap<>();
  private volatile Instant downUntil = Instant.MIN;

  ManifestCache(
      Upstream upstream,
      Repositories repositories,
      Places places,
      LargeDocuments large,
      RegistryServer.Outside outside) {
    this.upstream = upstream;
    this.hasty = upstream.hasty();
    this.repositories = repositories;
    this.places = places;
    this.large = large;
    this.clock = outside.clock();
    this.log = outside.log();
  }

  /**
   * Sees to it that what is here of a manifest is what is upstream, as far as that can be known.
   *
   * @throws Refusal 404 if there is no such manifest upstream
   * @throws UpstreamException if there is none here, and upstream none could be had
   */
  void refresh(Call call, String name, String reference) throws IOException, Refusal {
    boolean byDigest = reference.indexOf(':') >= 0;
    if (!byDigest && !Reference.isTag(reference)) {
      return;
    }
    Optional<Descriptor> here = here(name, reference);
    if (here.isPresent() && (byDigest || isFresh(name + ":" + reference))) {
      return;
    }
    boolean current;
    try (Places.Place place = places.take(call)) {
      current =
          refreshes.get(
              name + ":" + reference,
              () ->
                  byDigest
                      ? fetchDigest(call, name, reference)
                      : refreshTag(call, name, reference, here));
    }
    if (!current) {
      call.with("Warning", "110 - \"Response is Stale\"");
    }
  }

  private boolean isFresh(String key) {
    return clock.instant().isBefore(checked.getOrDefault(key, Instant.MIN));
  }

  private Optional<Descriptor> here(String name, String reference) throws IOException, Refusal {
    Optional<Repository> repository = repositories.find(name);
    if (repository.isEmpty()) {
      return Optional.empty();
    }
    OciLayout layout = repository.get().layout();
    Optional<Descriptor> entry = ManifestHandler.find(layout.index(), reference);
    return entry.isPresent() && layout.find(entry.get()).isPresent() ? entry : Optional.empty();
  }

  private boolean fetchDigest(Call call, String name, String reference)
      throws IOException, Refusal {
    Digest digest = DigestText.parseCheckable(reference);
    Reference wanted = upstream.reference(name, "").withDigest(digest);
    take(call, upstream.repository(name), name, wanted);
    return true;
  }

  /** Returns whether the tag is what it is upstream. */
  private boolean refreshTag(Call call, String name, String tag, Optional<Descriptor> here)
      throws IOException, Refusal {
    if (here.isPresent() && clock.instant().isBefore(downUntil)) {
      return false;
    }
    try {
      Reference reference = upstream.reference(name, tag);
      if (here.isEmpty() || !isStill(here.get().digest(), name, reference)) {
        take(call, (here.isEmpty() ? upstream : hasty).repository(name), name, reference);
      }
    } catch (UpstreamException e) {
      if (here.isEmpty() || !is(ErrorCode.NETWORK, e)) {
        throw e;
      }
      downUntil = clock.instant().plus(FRESH);
      log.accept(
          "upstream registry is down, " + name + ":" + tag + " may be stale: " + LogText.of(e));
      return false;
    }
    if (checked.size() >= MAX_TAGS) {
      checked.clear();
    }
    checked.put(name + ":" + tag, clock.instant().plus(FRESH));
    return true;
  }

  private static boolean is(ErrorCode code, UpstreamException e) {
    return e.getCause() instanceof FlintException cause && cause.code() == code;
  }

  private boolean isStill(Digest digest, String name, Reference reference)
      throws IOException, Refusal {
    try {
      return hasty.repository(name).digest(reference).equals(digest);
    } catch (FlintException e) {
      throw UpstreamException.of(e, ManifestHandler.unknown(reference.tag()));
    }
  }

  /** Fetches and lists a manifest; a large one in its turn, which is known after its start. */
  private void take(Call call, RegistryRepository origin, String name, Reference reference)
      throws IOException, Refusal {
    Document document;
    try {
      document = fetch(origin, reference, LargeDocuments.SMALL);
    } catch (UpstreamException e) {
      if (!is(ErrorCode.POLICY, e)) {
        throw e;
      }
      try (LargeDocuments.Turn turn = large.take(call, Long.MAX_VALUE)) {
        store(name, fetch(origin, reference, RegistryRepository.MAX_MANIFEST), reference);
      }
      return;
    }
    store(name, document, reference);
  }

  private static Document fetch(RegistryRepository origin, Reference reference, int maxBytes)
      throws IOException, Refusal {
    String text = reference.digest().map(Digest::toString).orElse(reference.tag());
    try {
      return origin.resolve(reference, maxBytes).orElseThrow(() -> ManifestHandler.unknown(text));
    } catch (FlintException e) {
      throw UpstreamException.of(e, ManifestHandler.unknown(text));
    }
  }

  /** Lists a manifest; what it names is fetched when somebody asks for it. */
  private void store(String name, Document document, Reference reference)
      throws IOException, Refusal {
    Optional<String> tag = Optional.of(reference.tag()).filter(text -> !text.isEmpty());
    Descriptor entry;
    try {
      entry = ListedManifest.entry(document);
    } catch (FlintException e) {
      throw new UpstreamException(e);
    }
    OciLayout layout = repositories.create(name).layout();
    try (OciLayout.Use use = layout.use()) {
      layout.put(document);
      layout.changeIndex(index -> listed(index, entry, tag));
    }
  }

  private static LayoutIndex listed(LayoutIndex index, Descriptor entry, Optional<String> tag)
      throws IOException {
    LayoutIndex more =
        tag.isPresent() ? ListedManifest.named(index, tag.get(), entry) : index.withEntry(entry);
    return more.withLast(LISTED_BYTES);
  }
}
