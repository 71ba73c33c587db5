package dev.flint.bench.job;

import dev.flint.oci.Descriptor;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.delta.ComparedDisk;
import dev.flint.oci.delta.LayerDisk;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.HoleMap;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.layer.PackedLayer;
import dev.flint.oci.layer.SeekableLayer;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a disk becomes when it is packed in some way; of use also when the blob is gone.
 *
 * @param size of the layer, in bytes
 * @param disk tells what a pull would fetch
 */
record TrialLayer(long size, ChunkTable table, ComparedDisk disk) {
  /** Packs a disk as {@code flint import} does, into a layout, and reads the table from there. */
  static TrialLayer pack(Path file, LayerPacker packer, OciLayout layout) throws IOException {
    PackedLayer packed;
    Blob blob;
    try (HoleMap disk = HoleMap.open(file);
        Ingest ingest = layout.ingest()) {
      String entryName = DiskProbe.probe(disk.channel(), file.toString()).format().entryName();
      packed = packer.pack(disk.channel(), disk::zerosAt, entryName, ingest, bytes -> {});
      blob = ingest.commit();
    }
    Descriptor layer =
        Descriptor.of(packed.compression().mediaType(), blob.digest(), blob.size())
            .withAnnotations(packed.tableAnnotations());
    LayoutImages images = new LayoutImages(layout);
    ChunkTable table =
        SeekableLayer.find(layer, (from, length) -> images.range(layer, from, length))
            .orElseThrow(() -> new IOException("the layer of " + file + " has no table"))
            .table();
    return new TrialLayer(blob.size(), table, LayerDisk.read(images, layer));
  }

  /** The bytes of the table as it is in the layer, and of the footer that leads to it. */
  long tableBytes() {
    return size - table.end();
  }
}
