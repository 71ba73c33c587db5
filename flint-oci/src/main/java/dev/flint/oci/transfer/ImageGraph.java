package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All of one image: its documents, which are read, and what they say of its blobs, which are not.
 * Confined to one thread.
 */
final class ImageGraph {
  private static final int MAX_DEPTH = 4;

  /** An index of the usual kind has a dozen manifests of some kilobytes. */
  private static final long MAX_BYTES = 16 * 1024 * 1024;

  private final ImageSource source;
  private final Map<Digest, Document> documents = new LinkedHashMap<>();
  private final Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
  private long bytes;

  private ImageGraph(ImageSource source) {
    this.source = source;
  }

  /**
   * Reads what is below a document.
   *
   * @throws FlintException POLICY if it is nested too deeply or there is too much of it
   */
  static ImageGraph of(Document root, ImageSource source) throws IOException {
    ImageGraph graph = new ImageGraph(source);
    graph.add(root, 0);
    return graph;
  }

  private void add(Document document, int depth) throws IOException {
    bytes += document.bytes().length;
    if (bytes > MAX_BYTES) {
      throw new FlintException(
          ErrorCode.POLICY, "the manifests of the image are longer than 16 MiB together");
    }
    if (document.isIndex()) {
      checkDepth(document, depth);
      for (Descriptor child : ImageIndex.of(document).manifests()) {
        if (!documents.containsKey(child.digest())) {
          add(source.manifest(child), depth + 1);
        }
      }
    } else {
      Manifest manifest = Manifest.of(document);
      manifest.layers().forEach(this::add);
      add(manifest.config());
    }
    // Not before, so that a circle ends at the depth limit instead of passing for complete.
    documents.put(document.digest(), document);
  }

  private void add(Descriptor blob) {
    blobs.putIfAbsent(blob.digest(), blob);
  }

  static void checkDepth(Document document, int depth) throws FlintException {
    if (depth >= MAX_DEPTH) {
      throw new FlintException(
          ErrorCode.POLICY,
          "index " + document.digest() + " is nested deeper than " + MAX_DEPTH + " levels");
    }
  }

  /** The documents, each after all that it points to. */
  Collection<Document> documents() {
    return documents.values();
  }

  /** The blobs, each once, in the order the documents name them. */
  Collection<Descriptor> blobs() {
    return blobs.values();
  }
}
