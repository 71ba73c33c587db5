package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * What hangs below entries of a layout, by their documents; no layer is read. Each document is read
 * once, and each pointer told once. Confined to one thread.
 */
final class LayoutGraph {
  private final OciLayout layout;
  private final Visitor visitor;
  private final Set<Digest> opened = new HashSet<>();
  private final Set<Descriptor> told = new HashSet<>();

  /** Is told what is found. */
  interface Visitor {
    /** Something is pointed to, whether or not it is there. */
    void part(Descriptor part, BlobRole role) throws IOException;

    /** A document that is missing, damaged or malformed, so nobody knows what hangs below it. */
    void closed(Descriptor document, IOException why) throws IOException;
  }

  private record Step(Descriptor descriptor, BlobRole role) {}

  LayoutGraph(OciLayout layout, Visitor visitor) {
    this.layout = layout;
    this.visitor = visitor;
  }

  /** Walks what hangs below these. */
  void walk(Collection<Descriptor> roots) throws IOException {
    for (Descriptor root : roots) {
      walk(root);
    }
  }

  /** Walks what hangs below one. */
  void walk(Descriptor root) throws IOException {
    // Not by recursion: how deep indexes are nested is up to who made them.
    Deque<Step> steps = new ArrayDeque<>();
    steps.push(new Step(root, role(root, BlobRole.LAYER)));
    while (!steps.isEmpty()) {
      Step step = steps.pop();
      Descriptor part = step.descriptor();
      if (!told.add(part)) {
        continue;
      }
      visitor.part(part, step.role());
      // The same bytes may be listed as a layer elsewhere, which opens nothing.
      if (isDocument(part) && !opened.contains(part.digest())) {
        try {
          push(layout.document(part), steps);
          opened.add(part.digest());
        } catch (IOException e) {
          visitor.closed(part, e);
        }
      }
    }
  }

  private static void push(Document document, Deque<Step> steps) throws IOException {
    if (document.isIndex()) {
      for (Descriptor child : ImageIndex.of(document).manifests()) {
        steps.push(new Step(child, role(child, BlobRole.LAYER)));
      }
    } else {
      Manifest manifest = Manifest.of(document);
      for (Descriptor layer : manifest.layers()) {
        steps.push(new Step(layer, role(layer, BlobRole.LAYER)));
      }
      steps.push(new Step(manifest.config(), role(manifest.config(), BlobRole.CONFIG)));
    }
  }

  private static boolean isDocument(Descriptor part) {
    return part.mediaType().isIndex() || part.mediaType().isManifest();
  }

  private static BlobRole role(Descriptor part, BlobRole otherwise) {
    if (part.mediaType().isIndex()) {
      return BlobRole.INDEX;
    }
    return part.mediaType().isManifest() ? BlobRole.MANIFEST : otherwise;
  }
}
