package dev.flint.oci.image;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.delta.DiskDelta;
import dev.flint.oci.delta.Seed;
import dev.flint.oci.delta.WholeFetch;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.layer.LayerUnpacker;
import dev.flint.oci.layer.ParallelUnpacker;
import dev.flint.oci.layer.SeekableLayer;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.VerifyingInputStream;
import dev.flint.oci.transfer.CountedBlob;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.ResumingStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes a file of an image, as a rule its disk, straight from its source: nothing else is stored,
 * and only what no seed has and the file does not hold yet is fetched. Bounded memory. Immutable.
 */
public final class DiskPull {
  private static final int BUFFER = 128 * 1024;

  /** Zeros become less than this part of their length. */
  private static final int PACKED_ZEROS = 200;

  private final DiskDelta delta;
  private final LayerToDisk writer;
  private final long maxBytes;
  private final Pause pause;
  private final Consumer<String> notes;

  /**
   * A pull.
   *
   * @param chunks for layers with a table that come whole
   * @param maxBytes the most a layer may unpack to
   * @param notes is told why a layer is fetched whole all the same
   */
  public DiskPull(
      DiskDelta delta,
      ParallelUnpacker chunks,
      long maxBytes,
      Pause pause,
      Consumer<String> notes) {
    this.delta = delta;
    this.writer = new LayerToDisk(chunks, maxBytes);
    this.maxBytes = maxBytes;
    this.pause = pause;
    this.notes = notes;
  }

  /** Sees to it that a disk finds room. */
  @FunctionalInterface
  public interface Room {
    /** Fails with LOCAL_IO if so many bytes find none. */
    void require(long bytes) throws IOException;
  }

  /** What was pulled, and what it took. */
  public record Pulled(DiskInfo disk, Fetched fetched) {}

  /** Pulls a disk, and probes it by what the image says; otherwise as {@link #pullFile}. */
  public Pulled pull(
      ImageSource source,
      DiskImage image,
      FileChannel target,
      List<Seed> seeds,
      ProgressListener listener,
      Room room)
      throws IOException {
    Fetched fetched = fetch(source, image.file(), target, seeds, listener, room);
    return new Pulled(DiskCheck.probe(image, target), fetched);
  }

  /**
   * Pulls a file, and probes it if it is a disk or a root file system.
   *
   * @param target open for reading and writing; what an attempt before left in it is used. When
   *     this fails with NETWORK, another attempt can go on; after another failure its content is
   *     worthless
   * @param seeds that may have chunks
   * @param room is asked before the first byte of a new file, if it is known how many there will be
   */
  public Fetched pullFile(
      ImageSource source,
      ImageFile file,
      FileChannel target,
      List<Seed> seeds,
      ProgressListener listener,
      Room room)
      throws IOException {
    Fetched fetched = fetch(source, file, target, seeds, listener, room);
    DiskCheck.probe(file, target);
    return fetched;
  }

  private Fetched fetch(
      ImageSource source,
      ImageFile file,
      FileChannel target,
      List<Seed> seeds,
      ProgressListener listener,
      Room room)
      throws IOException {
    Descriptor layer = file.layer();
    CountedBlob blob = new CountedBlob(source, layer);
    try (Meter meter = Meter.start(listener, layer.digest().toString(), layer.size())) {
      boolean fresh = seeds.isEmpty() && target.size() == 0;
      Optional<SeekableLayer> seekable = find(layer, blob, fresh);
      if (seekable.isPresent() && target.size() == 0) {
        room.require(bytesInUse(seekable.get().table()));
      }
      if (fresh || seekable.isEmpty() || !fill(file, seekable.get(), blob, seeds, target, meter)) {
        stream(file, seekable, blob, target, meter);
      }
      meter.finish(Outcome.DONE);
    }
    target.force(true);
    return blob.fetched();
  }

  private Optional<SeekableLayer> find(Descriptor layer, CountedBlob blob, boolean fresh)
      throws IOException {
    try {
      Optional<SeekableLayer> seekable = DiskDelta.find(layer, blob, pause);
      if (!fresh && seekable.isEmpty() && SeekableLayer.isAnnounced(layer)) {
        whole(layer).because("its table of contents cannot be had");
      }
      return seekable;
    } catch (FlintException e) {
      whole(layer).orThrow(e);
      return Optional.empty();
    }
  }

  /** Without the holes; what packs so well is zeros as a rule, and the rest of it is little. */
  private static long bytesInUse(ChunkTable table) {
    long bytes = 0;
    for (int i = 0; i < table.count(); i++) {
      boolean zeros = table.blobEnd(i) - table.blobOffset(i) < table.length(i) / PACKED_ZEROS;
      bytes += zeros ? 0 : table.length(i);
    }
    return bytes;
  }

  private WholeFetch whole(Descriptor layer) {
    return new WholeFetch(layer, notes);
  }

  private void stream(
      ImageFile file,
      Optional<SeekableLayer> seekable,
      CountedBlob blob,
      FileChannel target,
      Meter meter)
      throws IOException {
    Descriptor layer = file.layer();
    InputStream raw = new ResumingStream(blob, 0, layer.size(), pause);
    try (InputStream in =
        new MeteredStream(
            new VerifyingInputStream(raw, layer.digest(), layer.size(), "blob"), meter)) {
      writer.write(file, seekable, in, target);
    }
  }

  private boolean fill(
      ImageFile file,
      SeekableLayer layer,
      CountedBlob blob,
      List<Seed> seeds,
      FileChannel target,
      Meter meter)
      throws IOException {
    if (!file.role().isEntry(layer.table().name())) {
      throw LayerUnpacker.missing(file.role());
    }
    long size = layer.table().diskSize();
    long limit = Math.min(maxBytes, file.role().maxBytes());
    if (size > limit) {
      throw new FlintException(
          ErrorCode.POLICY,
          "the layer unpacks to more than the limit of " + limit + " bytes",
          "if you trust the image, raise the limit with --max-size");
    }
    try {
      if (!delta.fill(layer, blob, seeds, target, meter)) {
        whole(file.layer()).because("the registry gives no ranges");
        meter.restart();
        return false;
      }
      Digest announced = file.digest().orElse(layer.table().diskDigest());
      DiskCheck.digest(file.role(), announced, digestOf(target, announced));
      return true;
    } catch (FlintException e) {
      whole(file.layer()).orThrow(e);
      meter.restart();
      return false;
    }
  }

  private static Digest digestOf(FileChannel file, Digest like) throws IOException {
    MessageDigest hasher = like.hasher();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long position = 0;
    for (int n = file.read(buffer, position); n > 0; n = file.read(buffer, position)) {
      hasher.update(buffer.array(), 0, n);
      position += n;
      buffer.clear();
    }
    return like.finish(hasher.digest());
  }
}
