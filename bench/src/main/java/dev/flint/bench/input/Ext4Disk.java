package dev.flint.bench.input;

import dev.flint.bench.machine.Programs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A raw, sparse disk with an ext4 file system, made by mke2fs. */
final class Ext4Disk {
  private static final String ID = "6c1f4d0e-5a2b-4c3d-8e9f-000000000001";
  private static final long BUILT = 1_767_225_600L;
  private static final long DAY = 86_400L;

  private Ext4Disk() {}

  /** A disk of so many bytes that holds a tree; each version was built on another day. */
  static void make(Path disk, Path tree, long size, int version) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(size);
    }
    Programs.run(
        Map.of("E2FSPROGS_FAKE_TIME", Long.toString(BUILT + version * DAY)),
        List.of(
            Programs.require("mke2fs", "e2fsprogs").toString(),
            "-q",
            "-F",
            "-t",
            "ext4",
            "-b",
            "4096",
            "-L",
            "bench",
            "-U",
            ID,
            "-E",
            "hash_seed=" + ID + ",lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0",
            "-d",
            tree.toString(),
            disk.toString()));
  }
}
