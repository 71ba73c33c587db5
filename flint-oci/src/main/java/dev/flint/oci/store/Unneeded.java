package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.Referrer;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.StoreGarbage.Item;
import dev.flint.oci.store.StoreGarbage.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the blobs that may go. What hangs below a young document stays with it: another tool that
 * found a layer here does not write it anew.
 */
final class Unneeded {
  private final OciLayout layout;
  private final NeededBlobs needed;
  private final Map<Digest, List<Descriptor>> referrers = new HashMap<>();

  Unneeded(OciLayout layout, NeededBlobs needed) {
    this.layout = layout;
    this.needed = needed;
  }

  /**
   * Looks at all blobs.
   *
   * @param since orphans that came later stay
   */
  List<Item> find(Instant since) throws IOException {
    Map<Digest, Item> going = new HashMap<>();
    new BlobFiles(layout)
        .visit(
            entry -> {
              if (entry.isBlob() && !needed.isNeeded(entry.digest().orElseThrow())) {
                consider(entry, since).ifPresent(item -> going.put(digest(item), item));
              }
            });
    keepReferrers();
    going.keySet().removeIf(needed::isNeeded);
    return new ArrayList<>(going.values());
  }

  private static Digest digest(Item item) {
    return item.digest().orElseThrow();
  }

  private Optional<Item> consider(BlobFiles.Entry entry, Instant since) throws IOException {
    Digest digest = entry.digest().orElseThrow();
    long size = entry.attributes().size();
    boolean known = needed.unknown().isEmpty();
    if (known && needed.isRetired(digest)) {
      return Optional.of(new Item(Kind.RETIRED, Optional.of(digest), size));
    }
    boolean young = BlobFiles.lastChange(entry.file()).isAfter(since);
    Optional<Document> document = document(digest, size);
    if (document.isPresent()) {
      Descriptor descriptor = document.get().descriptor();
      if (young) {
        needed.keep(descriptor);
      }
      subject(document.get())
          .ifPresent(
              subject ->
                  referrers.computeIfAbsent(subject, any -> new ArrayList<>()).add(descriptor));
    }
    // Behind a link may lie another store, whose names are not known here.
    boolean stays = young || entry.linked() || !known;
    return stays ? Optional.empty() : Optional.of(new Item(Kind.ORPHAN, Optional.of(digest), size));
  }

  private Optional<Document> document(Digest digest, long size) throws IOException {
    Optional<Blob> blob = layout.find(digest);
    if (blob.isEmpty() || size > SmallFile.MAX_BYTES) {
      return Optional.empty();
    }
    try (InputStream in = blob.get().range(0, 1)) {
      if (in.read() != '{') {
        return Optional.empty();
      }
    }
    try {
      byte[] bytes = layout.read(Descriptor.of(MediaType.OCTET_STREAM, digest, size));
      return Optional.of(Document.received(bytes, digest, Optional.empty()));
    } catch (FlintException e) {
      // A config, an SBOM, or nothing that can be read.
      return Optional.empty();
    }
  }

  private static Optional<Digest> subject(Document document) {
    try {
      return Referrer.of(document).map(referrer -> referrer.subject().digest());
    } catch (FlintException e) {
      // Malformed, so nobody will find it by its subject.
      return Optional.empty();
    }
  }

  private void keepReferrers() throws IOException {
    for (Digest digest = needed.next(); digest != null; digest = needed.next()) {
      for (Descriptor referrer : referrers.getOrDefault(digest, List.of())) {
        needed.keep(referrer);
      }
    }
  }
}
