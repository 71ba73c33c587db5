package dev.flint.cli.command;

import dev.flint.oci.delta.DiskSeed;
import dev.flint.oci.delta.Seed;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The disks a user named, open as seeds. */
final class DiskSeeds implements AutoCloseable {
  private final List<FileChannel> channels = new ArrayList<>();

  private DiskSeeds() {}

  static DiskSeeds open(List<Path> disks) throws IOException {
    DiskSeeds seeds = new DiskSeeds();
    for (Path disk : disks) {
      // A pipe would keep us waiting.
      if (!Files.isRegularFile(disk)) {
        seeds.close();
        throw new FlintException(
            Files.exists(disk) ? ErrorCode.UNSUPPORTED : ErrorCode.NOT_FOUND,
            Files.exists(disk) ? disk + " is not a plain file" : "no such file: " + disk);
      }
      seeds.channels.add(FileChannel.open(disk));
    }
    return seeds;
  }

  List<Seed> seeds() {
    return channels.stream().<Seed>map(DiskSeed::new).toList();
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : channels) {
      channel.close();
    }
  }
}
