package dev.flint.oci.image;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.backend.WasmFile;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;

/**
 * Makes the blobs of an artifact that WebAssembly runtimes read (CNCF TAG Runtime, "Wasm OCI
 * Artifact layout"): the module as it is for a layer, and a config of its own kind.
 */
public final class WasmArtifact {
  /** What the config is. */
  public static final MediaType CONFIG = new MediaType("application/vnd.wasm.config.v0+json");

  /** What the layer is. */
  public static final MediaType LAYER = new MediaType("application/wasm");

  private static final String TITLE = "org.opencontainers.image.title";
  private static final int BUFFER = 128 * 1024;

  private final OciLayout layout;

  /** Assembles into a layout. */
  public WasmArtifact(OciLayout layout) {
    this.layout = layout;
  }

  /** Stores the artifact, unnamed. */
  Document pack(FileChannel module, ImageDraft draft, ProgressListener listener)
      throws IOException {
    WasmFile wasm = WasmFile.read(module, "the module");
    String name = FileRole.MODULE.entryName();
    Blob blob;
    try (Ingest ingest = layout.ingest();
        Meter meter = Meter.start(listener, name, module.size())) {
      copy(module, ingest, meter);
      blob = ingest.commit();
      meter.finish(Outcome.DONE);
    }
    // By its title, oras and its like give the file back under a name.
    Descriptor layer =
        Descriptor.of(LAYER, blob.digest(), blob.size()).withAnnotations(Map.of(TITLE, name));
    Blob configBlob = layout.put(config(wasm, layer, draft).bytes());
    Descriptor config = Descriptor.of(CONFIG, configBlob.digest(), configBlob.size());
    Document manifest = Manifest.create(config, List.of(layer), ImageAssembler.annotations(draft));
    layout.put(manifest);
    return manifest;
  }

  /** A component is for WASI 0.2, and says what it imports and exports; a module for WASI 0.1. */
  private static JsonObject config(WasmFile wasm, Descriptor layer, ImageDraft draft) {
    JsonObject json =
        JsonObject.empty()
            .with("created", draft.created().toString())
            .with("architecture", "wasm")
            .with("os", wasm.component() ? "wasip2" : "wasip1")
            .withStrings("layerDigests", List.of(layer.digest().toString()));
    return wasm.component()
        ? json.with(
            "component",
            JsonObject.empty()
                .withStrings("exports", wasm.exports())
                .withStrings("imports", wasm.imports()))
        : json;
  }

  private static void copy(FileChannel module, Ingest ingest, Meter meter) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long at = 0;
    for (int n = module.read(buffer, at); n > 0; n = module.read(buffer, at)) {
      ingest.write(buffer.array(), 0, n);
      meter.advance(n);
      at += n;
      buffer.clear();
    }
  }
}
