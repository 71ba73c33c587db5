package dev.flint.oci.image;

import dev.flint.oci.Digest;
import dev.flint.oci.disk.SparseFile;
import dev.flint.oci.disk.SparseFileWriter;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.LayerUnpacker;
import dev.flint.oci.layer.ParallelUnpacker;
import dev.flint.oci.layer.SeekableLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Optional;

/** Writes the file of a layer that comes in from front to back: on all cores if it has a table. */
final class LayerToDisk {
  /** What a layer may have around its file: the tar, a table of contents. */
  private static final long MOST_AROUND = 64 << 20;

  private final ParallelUnpacker chunks;
  private final long maxBytes;

  LayerToDisk(ParallelUnpacker chunks, long maxBytes) {
    this.chunks = chunks;
    this.maxBytes = maxBytes;
  }

  /**
   * Writes, and checks the diff_id and the file's digest.
   *
   * @param blob that fails at its end if it is not the right one
   * @param target is emptied first
   */
  void write(
      ImageFile wanted, Optional<SeekableLayer> seekable, InputStream blob, FileChannel target)
      throws IOException {
    Optional<Digest> announced = wanted.digest();
    MessageDigest hasher = announced.isPresent() ? announced.get().hasher() : Digest.sha256Hasher();
    if (seekable.isPresent()) {
      writeChunks(seekable.get(), blob, wanted, hasher, target);
    } else {
      writeStream(blob, wanted, hasher, target);
    }
    // The decompressor may stop before the end of the blob; only its end is verified.
    if (blob.read() >= 0) {
      throw new IntegrityException("layer " + wanted.layer().digest() + " goes on after its end");
    }
    if (announced.isPresent()) {
      DiskCheck.digest(wanted.role(), announced.get(), announced.get().finish(hasher.digest()));
    }
  }

  private void writeChunks(
      SeekableLayer layer,
      InputStream blob,
      ImageFile wanted,
      MessageDigest hasher,
      FileChannel target)
      throws IOException {
    if (!wanted.role().isEntry(layer.table().name())) {
      throw LayerUnpacker.missing(wanted.role());
    }
    SparseFile file = SparseFile.empty(target);
    chunks.unpack(
        layer,
        blob,
        wanted.diffId(),
        limit(wanted),
        hasher,
        (position, bytes, length) -> writing(() -> file.write(position, bytes, 0, length)));
    file.finish(layer.table().diskSize());
  }

  private void writeStream(
      InputStream blob, ImageFile wanted, MessageDigest hasher, FileChannel target)
      throws IOException {
    SparseFileWriter writer = new SparseFileWriter(target);
    LayerUnpacker.unpack(
        blob,
        wanted.role(),
        wanted.diffId(),
        limit(wanted),
        (buffer, offset, length) -> {
          hasher.update(buffer, offset, length);
          writing(() -> writer.write(buffer, offset, length));
        });
    writer.finish();
  }

  private long limit(ImageFile wanted) {
    return Math.min(maxBytes, wanted.role().maxBytes() + MOST_AROUND);
  }

  /** Writes to the file. */
  private interface Writing {
    void run() throws IOException;
  }

  private static void writing(Writing write) throws FlintException {
    try {
      write.run();
    } catch (FlintException e) {
      throw e;
    } catch (IOException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot write the file: " + e.getMessage(), e);
    }
  }
}
