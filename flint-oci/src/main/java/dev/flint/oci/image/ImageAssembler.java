package dev.flint.oci.image;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.layer.PackedLayer;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/** Makes the blobs of an image: one layer, one config, one manifest (docs/format.md). */
public final class ImageAssembler {
  private static final String OCI_PREFIX = "org.opencontainers.image.";

  private final OciLayout layout;
  private final LayerPacker packer;

  /** Assembles into a layout. */
  public ImageAssembler(OciLayout layout, LayerPacker packer) {
    this.layout = layout;
    this.packer = packer;
  }

  /** How the layers are compressed. */
  public Compression compression() {
    return packer.compression();
  }

  /**
   * Packs the disk and stores the image, unnamed.
   *
   * @param disk the open disk that the draft's {@code disk()} was probed from
   * @param knownZeros as in {@link LayerPacker#pack}
   */
  public Document assemble(
      FileChannel disk, LongUnaryOperator knownZeros, ImageDraft draft, ProgressListener listener)
      throws IOException {
    PackedLayer packed;
    Blob blob;
    try (Ingest ingest = layout.ingest();
        Meter meter =
            Meter.start(listener, draft.disk().format().entryName(), draft.disk().fileSize())) {
      String entryName = draft.disk().format().entryName();
      packed = packer.pack(disk, knownZeros, entryName, ingest, meter::advance);
      blob = ingest.commit();
      meter.finish(Outcome.DONE);
    }
    Map<String, String> diskFacts = diskFacts(draft, packed);
    Map<String, String> layerAnnotations = new TreeMap<>(diskFacts);
    layerAnnotations.put(FeatherKeys.LAYER_ENCODER, packed.encoder());
    layerAnnotations.putAll(packed.tableAnnotations());
    Descriptor layer =
        Descriptor.of(packed.compression().mediaType(), blob.digest(), blob.size())
            .withAnnotations(layerAnnotations);

    byte[] configBytes = config(draft, packed, diskFacts).bytes();
    Blob configBlob = layout.put(configBytes);
    Descriptor config = Descriptor.of(MediaType.OCI_CONFIG, configBlob.digest(), configBlob.size());

    Document manifest = Manifest.create(config, List.of(layer), annotations(draft));
    layout.put(manifest);
    return manifest;
  }

  private static Map<String, String> diskFacts(ImageDraft draft, PackedLayer packed) {
    return Map.of(
        FeatherKeys.DISK_DIGEST, packed.diskDigest().toString(),
        FeatherKeys.DISK_FORMAT, draft.disk().format().id(),
        FeatherKeys.DISK_VIRTUAL_SIZE, Long.toString(draft.disk().virtualSize()));
  }

  private static JsonObject config(
      ImageDraft draft, PackedLayer packed, Map<String, String> diskFacts) {
    String created = draft.created().toString();
    JsonObject json =
        JsonObject.empty()
            .with("created", created)
            .with("architecture", draft.platform().architecture())
            .with("os", draft.platform().os())
            .with(FeatherKeys.BACKEND, draft.backend())
            .with(FeatherKeys.RUNTIME, draft.disk().format().runtime());
    if (draft.legacyKeys()) {
      json =
          json.with(FeatherKeys.LEGACY_BACKEND, draft.backend())
              .with(FeatherKeys.LEGACY_RUNTIME, draft.disk().format().runtime());
    }
    return json.with("config", execution(draft, diskFacts))
        .with(
            "rootfs",
            JsonObject.empty()
                .with("type", "layers")
                .withStrings("diff_ids", List.of(packed.diffId().toString())))
        .withObjects(
            "history",
            List.of(
                JsonObject.empty().with("created", created).with("created_by", "flint import")));
  }

  private static JsonObject execution(ImageDraft draft, Map<String, String> diskFacts) {
    JsonObject json = JsonObject.empty();
    if (!draft.ports().isEmpty()) {
      JsonObject ports = JsonObject.empty();
      for (String port : draft.ports().stream().sorted().distinct().toList()) {
        ports = ports.with(port, JsonObject.empty());
      }
      json = json.with("ExposedPorts", ports);
    }
    if (!draft.env().isEmpty()) {
      json = json.withStrings("Env", draft.env());
    }
    if (!draft.cmd().isEmpty()) {
      json = json.withStrings("Cmd", draft.cmd());
    }
    if (!draft.workingDir().isEmpty()) {
      json = json.with("WorkingDir", draft.workingDir());
    }
    return json.withMap("Labels", labels(draft, diskFacts));
  }

  private static Map<String, String> labels(ImageDraft draft, Map<String, String> diskFacts) {
    Map<String, String> labels = new TreeMap<>(draft.labels());
    labels.putAll(diskFacts);
    labels.put(FeatherKeys.BACKEND, draft.backend());
    labels.put(FeatherKeys.RUNTIME, draft.disk().format().runtime());
    draft.memoryMib().ifPresent(mib -> labels.put(FeatherKeys.MEMORY, Long.toString(mib)));
    draft.cpus().ifPresent(count -> labels.put(FeatherKeys.CPUS, Integer.toString(count)));
    return labels;
  }

  private static Map<String, String> annotations(ImageDraft draft) {
    Map<String, String> annotations = new TreeMap<>();
    annotations.put(OCI_PREFIX + "created", draft.created().toString());
    annotations.putAll(draft.annotations());
    annotations.put(FeatherKeys.BACKEND, draft.backend());
    annotations.put(FeatherKeys.RUNTIME, draft.disk().format().runtime());
    return annotations;
  }
}
