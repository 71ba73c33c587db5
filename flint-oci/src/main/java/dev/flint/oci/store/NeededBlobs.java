package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which blobs of a layout its entries need. Grows by what is {@linkplain #keep kept} besides. */
final class NeededBlobs implements LayoutGraph.Visitor {
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");

  private final OciLayout layout;
  private final Set<Digest> roots;
  private final Set<Digest> kept = new HashSet<>();
  private final Deque<Digest> fresh = new ArrayDeque<>();
  private final LayoutGraph graph;
  private final Set<Digest> retired = new HashSet<>();
  private final Set<Digest> retiredRoots = new HashSet<>();
  private boolean strict = true;
  private String unknown = "";

  private NeededBlobs(OciLayout layout, Collection<Descriptor> entries) {
    this.layout = layout;
    this.graph = new LayoutGraph(layout, this);
    this.roots = new HashSet<>(entries.stream().map(Descriptor::digest).toList());
  }

  /**
   * Finds out.
   *
   * @param retiredEntries what they need may go, unless the others need it
   * @throws IOException if a document cannot be read, so that it cannot be known
   */
  static NeededBlobs of(OciLayout layout, List<Descriptor> entries, List<Descriptor> retiredEntries)
      throws IOException {
    NeededBlobs needed = new NeededBlobs(layout, entries);
    needed.graph.walk(entries);
    needed.strict = false;
    needed.retire(retiredEntries);
    return needed;
  }

  private void retire(List<Descriptor> entries) throws IOException {
    LayoutGraph.Visitor visitor =
        new LayoutGraph.Visitor() {
          @Override
          public void part(Descriptor part, BlobRole role) {
            retired.add(part.digest());
          }

          @Override
          public void closed(Descriptor document, IOException why) {
            // What cannot be found goes as an orphan, some day.
          }
        };
    new LayoutGraph(layout, visitor).walk(entries);
    entries.forEach(entry -> retiredRoots.add(entry.digest()));
  }

  @Override
  public void part(Descriptor part, BlobRole role) throws IOException {
    add(part.digest());
    // Documents of kinds that nobody reads here, such as a manifest of schema 1.
    if (role == BlobRole.LAYER && isJson(part) && part.size() <= SmallFile.MAX_BYTES) {
      Optional<Blob> blob = layout.find(part.digest());
      if (blob.isPresent()) {
        addAllNamedIn(blob.get());
      }
    }
  }

  private static boolean isJson(Descriptor part) {
    String type = part.mediaType().value();
    return type.contains("json") || type.contains("jws");
  }

  private void addAllNamedIn(Blob blob) throws IOException {
    try (InputStream in = blob.range(0, SmallFile.MAX_BYTES)) {
      String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      Matcher digests = DIGEST.matcher(text);
      while (digests.find()) {
        add(Digest.parse(digests.group()));
      }
    }
  }

  private void add(Digest digest) {
    if (kept.add(digest)) {
      fresh.add(digest);
    }
  }

  @Override
  public void closed(Descriptor document, IOException why) throws IOException {
    if (!strict) {
      return;
    }
    if (layout.find(document).isPresent()) {
      throw why;
    }
    if (layout.find(document.digest()).isPresent()) {
      unknown =
          "the manifest " + document.digest() + " of an image has another size than announced";
    } else if (roots.contains(document.digest())) {
      unknown = "the manifest " + document.digest() + " of an image is missing";
    }
  }

  /** Keeps a document that no entry needs, and what can be found below it. */
  void keep(Descriptor document) throws IOException {
    graph.walk(document);
  }

  /** One more that is needed; each is told once. */
  @Nullable Digest next() {
    return fresh.poll();
  }

  /** Whether a blob is needed. */
  boolean isNeeded(Digest digest) {
    return kept.contains(digest);
  }

  /** Whether a blob was needed by what is retired. */
  boolean isRetired(Digest digest) {
    return retired.contains(digest);
  }

  /** The retired entries. */
  Set<Digest> retiredRoots() {
    return retiredRoots;
  }

  /** Why it cannot be known what else is needed; or empty. */
  String unknown() {
    return unknown;
  }
}
