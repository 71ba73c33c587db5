package dev.flint.bench.input;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The disks there are, before they are put into a format. */
enum Shape {
  EXT4_64M("ext4-64m", 40_000_000, 64L << 20),
  EXT4_512M("ext4-512m", 350_000_000, 512L << 20),
  EXT4_2G("ext4-2g", 350_000_000, 2L << 30),
  ROFS_SMALL("rofs-small", 40_000_000, 0),
  ROFS("rofs", 350_000_000, 0);

  private final String label;
  private final long content;
  private final long size;

  /** ROFS takes the size that its content needs. */
  Shape(String label, long content, long size) {
    this.label = label;
    this.content = content;
    this.size = size;
  }

  static Optional<Shape> named(String label) {
    return Arrays.stream(values()).filter(shape -> shape.label.equals(label)).findFirst();
  }

  String label() {
    return label;
  }

  /** About how many bytes of files it holds. */
  long content() {
    return content;
  }

  void make(Path disk, Path tree, int version) throws IOException {
    if (size == 0) {
      RofsDisk.make(disk, tree);
    } else {
      Ext4Disk.make(disk, tree, size, version);
    }
  }
}
