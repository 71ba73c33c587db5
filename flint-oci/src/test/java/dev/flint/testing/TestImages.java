package dev.flint.testing;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.image.ImageAssembler;
import dev.flint.oci.image.ImageDraft;
import dev.flint.oci.image.ImageUnpacker;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.layer.ParallelUnpacker;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;

/** Images in a layout, made of bytes. */
public final class TestImages {
  private TestImages() {}

  /** Packs a disk as {@code flint import} does, and names it. */
  public static Document pack(OciLayout layout, String reference, byte[] disk) throws IOException {
    Path file = Files.createTempFile("disk", "");
    try {
      Files.write(file, disk);
      return pack(layout, reference, file);
    } finally {
      Files.delete(file);
    }
  }

  /** Packs a disk file, and names it. */
  public static Document pack(OciLayout layout, String reference, Path disk) throws IOException {
    return pack(layout, reference, disk, assembler(layout));
  }

  /** Packs a disk file by an assembler, and names it. */
  public static Document pack(
      OciLayout layout, String reference, Path disk, ImageAssembler assembler) throws IOException {
    try (FileChannel channel = FileChannel.open(disk)) {
      DiskInfo info = DiskProbe.probe(channel, "test disk");
      Document manifest =
          assembler.assemble(channel, at -> 0, info, draft(info), ProgressListener.NONE);
      new LayoutImages(layout).tag(Reference.parse(reference), manifest);
      return manifest;
    }
  }

  /** Packs on two threads, by the engine that is always there. */
  public static ImageAssembler assembler(OciLayout layout) throws IOException {
    return assembler(layout, Codecs.ofThisMachine().gzip(DeflateChoice.JDK, 6));
  }

  /** Packs on two threads, by a codec. */
  public static ImageAssembler assembler(OciLayout layout, Codec codec) {
    return new ImageAssembler(layout, new LayerPacker(codec, ChunkSizes.USUAL, 2));
  }

  /** Unpacks on two threads. */
  public static ImageUnpacker unpacker(OciLayout layout, long maxBytes) {
    return new ImageUnpacker(layout, new ParallelUnpacker(Codecs.ofThisMachine(), 2), maxBytes);
  }

  /** A draft for OSv with nothing but a command line. */
  public static ImageDraft draft(DiskInfo disk) {
    return new ImageDraft(
        "osv",
        disk.format().runtime(),
        new Platform("linux", "amd64", ""),
        List.of("--verbose", "/hello"),
        List.of(),
        "",
        List.of(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Map.of(),
        Map.of(),
        Instant.EPOCH,
        true);
  }

  /** Stores an unnamed image of a layer blob, whatever is in it, and a config. */
  public static Document handMade(
      OciLayout layout, MediaType layerType, byte[] layer, JsonObject config) throws IOException {
    Descriptor layerDescriptor = store(layout, layerType, layer);
    Descriptor configDescriptor = store(layout, MediaType.OCI_CONFIG, config.bytes());
    Document manifest = Manifest.create(configDescriptor, List.of(layerDescriptor), Map.of());
    layout.put(manifest);
    return manifest;
  }

  /** A config that says no more than it must. */
  public static JsonObject config(Digest diffId) {
    return JsonObject.empty()
        .with("architecture", "amd64")
        .with("os", "linux")
        .with(
            "rootfs",
            JsonObject.empty()
                .with("type", "layers")
                .withStrings("diff_ids", List.of(diffId.toString())));
  }

  /** Stores a blob. */
  public static Descriptor store(OciLayout layout, MediaType type, byte[] bytes)
      throws IOException {
    Blob blob = layout.put(bytes);
    return Descriptor.of(type, blob.digest(), blob.size());
  }

  /** The descriptor of a document, with a platform as index entries have. */
  public static Descriptor entry(Document document, String os, String architecture)
      throws IOException {
    return Descriptor.of(
        document
            .descriptor()
            .json()
            .with(
                "platform", JsonObject.empty().with("architecture", architecture).with("os", os)));
  }

  /** One gzip member. */
  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
