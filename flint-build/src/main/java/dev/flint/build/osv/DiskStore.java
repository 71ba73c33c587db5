package dev.flint.build.osv;

import dev.flint.build.VariantBuilder.Stored;
import dev.flint.build.file.OsvSection.Format;
import dev.flint.capstan.DiskImport;
import dev.flint.capstan.DiskImport.Imported;
import dev.flint.capstan.ImportRequest;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.disk.GuestSink;
import dev.flint.oci.disk.TargetShape;
import dev.flint.oci.image.ImageAssembler;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.osv.compose.DiskComposer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Writes composed disks and makes images of them. Thread-safe. */
public final class DiskStore {
  /** The level that clusters are usually compressed with: qemu-img's. */
  public static final int CLUSTER_LEVEL = 6;

  private final OciLayout store;
  private final Codec codec;
  private final Codec clusters;
  private final int threads;
  private final ProgressListener listener;

  /**
   * Stores into a layout.
   *
   * @param codec of the images' layers
   * @param clusters of compressed clusters, for gzip
   * @param threads that compress, at least 1
   */
  public DiskStore(
      OciLayout store, Codec codec, Codec clusters, int threads, ProgressListener listener) {
    this.store = store;
    this.codec = codec;
    this.clusters = clusters;
    this.threads = threads;
    this.listener = listener;
  }

  /** Tells the compressors apart that digests depend on. */
  String encoders() {
    return codec.encoder() + ", " + clusters.encoder();
  }

  /** Writes a disk into a new file. */
  void write(DiskComposer disk, Path file, Format format, boolean compress) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW);
        Meter meter = Meter.start(listener, "disk", disk.size());
        GuestSink sink = shape(format, compress).open(channel, disk.size(), threads)) {
      disk.write(sink, meter::advance);
      meter.finish(Outcome.DONE);
    }
  }

  private TargetShape shape(Format format, boolean compress) {
    return format == Format.RAW
        ? new TargetShape.Raw()
        : TargetShape.qcow2(compress ? Optional.of(clusters) : Optional.empty());
  }

  /** Makes an image of a disk, without a name. */
  Stored store(ImportRequest request) throws IOException {
    ImageAssembler assembler =
        new ImageAssembler(store, new LayerPacker(codec, ChunkSizes.USUAL, threads));
    Imported imported = new DiskImport(assembler, store::newUnfinishedFile).run(request, listener);
    return new Stored(imported.manifest(), imported.notes());
  }
}
