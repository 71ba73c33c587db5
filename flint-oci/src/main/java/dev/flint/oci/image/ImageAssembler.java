package dev.flint.oci.image;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.layer.PackedLayer;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.EarlySender;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * Makes the blobs of an image: a layer for each file, one config, one manifest (docs/format.md).
 */
public final class ImageAssembler {
  private static final String OCI_PREFIX = "org.opencontainers.image.";

  private final OciLayout layout;
  private final LayerPacker packer;
  private final EarlySender sender;

  /** Assembles into a layout. */
  public ImageAssembler(OciLayout layout, LayerPacker packer) {
    this(layout, packer, EarlySender.NONE);
  }

  /**
   * Assembles into a layout.
   *
   * @param sender gets the layers while they are packed
   */
  public ImageAssembler(OciLayout layout, LayerPacker packer, EarlySender sender) {
    this.layout = layout;
    this.packer = packer;
    this.sender = sender;
  }

  /** How the layers are compressed. */
  public Compression compression() {
    return packer.compression();
  }

  /**
   * Packs a disk and stores the image, unnamed.
   *
   * @param info what the open disk was found to be
   * @param knownZeros as in {@link LayerPacker#pack}
   */
  public Document assemble(
      FileChannel disk,
      LongUnaryOperator knownZeros,
      DiskInfo info,
      ImageDraft draft,
      ProgressListener listener)
      throws IOException {
    return assemble(List.of(FileToPack.disk(disk, knownZeros, info, "")), draft, listener);
  }

  /** Packs files, a layer each in their order, and stores the image, unnamed. */
  public Document assemble(List<FileToPack> files, ImageDraft draft, ProgressListener listener)
      throws IOException {
    List<Descriptor> layers = new ArrayList<>();
    List<Digest> diffIds = new ArrayList<>();
    List<String> roles = new ArrayList<>();
    Map<String, String> labels = new TreeMap<>();
    for (FileToPack file : files) {
      PackedLayer packed;
      Blob blob;
      try (Ingest ingest = layout.ingest();
          Meter meter = Meter.start(listener, file.entryName(), file.channel().size())) {
        EarlySender.Early early = sender.begin(file.channel().size(), ingest);
        packed =
            packer.pack(
                file.channel(), file.knownZeros(), file.entryName(), ingest, meter::advance);
        blob = ingest.commit();
        early.is(blob.digest());
        meter.finish(Outcome.DONE);
      }
      Map<String, String> annotations = new TreeMap<>(file.annotations(packed));
      annotations.put(FeatherKeys.LAYER_ENCODER, packed.encoder());
      annotations.putAll(packed.tableAnnotations());
      layers.add(
          Descriptor.of(packed.compression().mediaType(), blob.digest(), blob.size())
              .withAnnotations(annotations));
      diffIds.add(packed.diffId());
      labels.putAll(file.labels(packed));
      if (file.disk().isEmpty()) {
        roles.add(file.role().id());
      }
    }
    if (!roles.isEmpty()) {
      labels.put(FeatherKeys.FILES, String.join(",", roles));
    }
    byte[] configBytes = new ConfigWriter(draft, labels, diffIds).json().bytes();
    Blob configBlob = layout.put(configBytes);
    Descriptor config = Descriptor.of(MediaType.OCI_CONFIG, configBlob.digest(), configBlob.size());

    Document manifest = Manifest.create(config, layers, annotations(draft));
    layout.put(manifest);
    return manifest;
  }

  /** The annotations of a manifest. */
  static Map<String, String> annotations(ImageDraft draft) {
    Map<String, String> annotations = new TreeMap<>();
    annotations.put(OCI_PREFIX + "created", draft.created().toString());
    annotations.putAll(draft.annotations());
    annotations.put(FeatherKeys.BACKEND, draft.backend());
    annotations.put(FeatherKeys.RUNTIME, draft.runtime());
    return annotations;
  }
}
