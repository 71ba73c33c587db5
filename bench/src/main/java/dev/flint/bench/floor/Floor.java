package dev.flint.bench.floor;

import dev.flint.bench.machine.Folders;
import dev.flint.bench.machine.Programs;
import dev.flint.bench.report.Medians;
import dev.flint.oci.codec.Codec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Does the unavoidable work of a push and of a pull with unpacking in this warm process: no
 * start-up, no protocol, no file formats, no checks.
 *
 * @param push seconds, median
 * @param unpack seconds, median
 */
public record Floor(double push, double unpack) {
  /**
   * Measures for a disk and a codec, after one round for warming up.
   *
   * @param folder for what is written; emptied
   */
  public static Floor measure(Path disk, Codec codec, int rounds, Path folder) throws IOException {
    Folders.empty(folder);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Packer packer = new Packer(codec);
        Unpacker unpacker = new Unpacker(codec)) {
      PackedDisk packed = pack(packer, disk, folder.resolve("blob"));
      List<Double> pushes = new ArrayList<>();
      List<Double> unpacks = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        double push = push(packer, disk, threads);
        double unpack = unpack(unpacker, packed, folder.resolve("disk"), threads);
        if (round > 0) {
          pushes.add(push);
          unpacks.add(unpack);
        }
      }
      return new Floor(Medians.of(pushes), Medians.of(unpacks));
    } finally {
      threads.shutdownNow();
      Folders.delete(folder);
    }
  }

  private static PackedDisk pack(Packer packer, Path disk, Path blob) throws IOException {
    try (FileChannel out =
        FileChannel.open(blob, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      return packer.pack(disk, blob, out);
    }
  }

  private static double push(Packer packer, Path disk, ExecutorService threads) throws IOException {
    Programs.run("sync");
    long start = System.nanoTime();
    ByteServer server = ByteServer.discarding(threads);
    try (SocketChannel out = server.connect()) {
      packer.pack(disk, disk, out);
    }
    server.await();
    return seconds(start);
  }

  private static double unpack(
      Unpacker unpacker, PackedDisk packed, Path disk, ExecutorService threads) throws IOException {
    Files.deleteIfExists(disk);
    Programs.run("sync");
    long start = System.nanoTime();
    ByteServer server = ByteServer.sending(packed.blob(), threads);
    try (SocketChannel in = server.connect()) {
      if (!unpacker.unpack(packed, in, disk).equals(packed.disk())) {
        throw new IOException("the floor unpacked another disk");
      }
    }
    server.await();
    return seconds(start);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
