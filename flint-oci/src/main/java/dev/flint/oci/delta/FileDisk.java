package dev.flint.oci.delta;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkList;
import dev.flint.oci.codec.ChunkCoder;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.disk.HoleMap;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.work.OrderedWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A disk file. It is read once for its chunks, and those in question once more. */
public final class FileDisk implements ComparedDisk {
  private final Path name;
  private final HoleMap file;
  private final ChunkList chunks;
  private final Codec codec;
  private final int threads;

  private FileDisk(Path name, HoleMap file, ChunkList chunks, Codec codec, int threads) {
    this.name = name;
    this.file = file;
    this.chunks = chunks;
    this.codec = codec;
    this.threads = threads;
  }

  /**
   * Reads a disk.
   *
   * @param codec that would make a layer of it
   * @param threads that compress, at least 1
   * @throws FlintException NOT_FOUND, UNSUPPORTED if it is not a plain file, POLICY if it is too
   *     large for a table
   */
  public static FileDisk read(Path file, Codec codec, int threads) throws IOException {
    // A pipe would keep us waiting.
    if (!Files.isRegularFile(file)) {
      throw new FlintException(
          Files.exists(file) ? ErrorCode.UNSUPPORTED : ErrorCode.NOT_FOUND,
          Files.exists(file) ? file + " is not a plain file" : "no such file: " + file);
    }
    HoleMap open = HoleMap.open(file);
    try {
      return new FileDisk(file, open, chunks(file, open), codec, threads);
    } catch (IOException | RuntimeException e) {
      open.close();
      throw e;
    }
  }

  private static ChunkList chunks(Path name, HoleMap file) throws IOException {
    ChunkList.Builder chunks = new ChunkList.Builder();
    DiskScan.run(
        file.channel(),
        file::zerosAt,
        (hash, offset, length) -> {
          if (chunks.isFull()) {
            throw new FlintException(
                ErrorCode.POLICY,
                name + " has more than " + ChunkList.MAX_COUNT + " chunks",
                "compare smaller disks");
          }
          chunks.add(length, hash);
          return true;
        });
    return chunks.build();
  }

  @Override
  public ChunkList chunks() {
    return chunks;
  }

  @Override
  public Optional<Digest> layer() {
    return Optional.empty();
  }

  /**
   * Compresses what is missing, to know its length. All of it, or the requests, would take more.
   */
  @Override
  public Download download(BitSet there) throws IOException {
    int[] times = new int[chunks.count()];
    ChunkIndex index = new ChunkIndex(chunks);
    for (int i = there.nextClearBit(0); i < times.length; i = there.nextClearBit(i + 1)) {
      times[index.first(i)]++;
    }
    long bytes = 0;
    try (OrderedWork<Scale, Long> work = new OrderedWork<>(threads, Scale::new)) {
      for (int i = 0; i < times.length; i++) {
        int chunk = i;
        if (times[chunk] > 0) {
          work.give(scale -> times[chunk] * scale.packedLength(chunk));
        }
        bytes += work.isFull() ? work.take() : 0;
      }
      while (!work.isEmpty()) {
        bytes += work.take();
      }
    }
    return new Download(bytes, OptionalInt.empty(), OptionalLong.empty());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Weighs chunks; for one thread. */
  private final class Scale implements AutoCloseable {
    private final ChunkCoder coder = codec.newCoder();
    private final byte[] chunk = new byte[chunks.maxLength()];
    private final byte[] packed = new byte[coder.bound(chunk.length)];

    long packedLength(int index) throws IOException {
      int length = chunks.length(index);
      if (!FileBytes.read(file.channel(), chunks.offset(index), chunk, length)) {
        throw new FlintException(
            ErrorCode.LOCAL_IO,
            name + " changed while it was read: it had " + chunks.size() + " bytes",
            "stop the machine that uses it and try again");
      }
      return coder.encode(chunk, 0, length, packed);
    }

    @Override
    public void close() {
      coder.close();
    }
  }
}
