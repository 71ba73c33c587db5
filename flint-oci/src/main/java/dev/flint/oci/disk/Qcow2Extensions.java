package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The header extensions of a qcow2 file: pairs of type and length with data padded to eight bytes,
 * from the end of the header to type 0 or the end of the first cluster (qcow2.txt, "Header
 * extensions").
 */
final class Qcow2Extensions {
  private static final int END = 0;
  static final int BACKING_FORMAT = 0xE2792ACA;
  private static final int DATA_FILE_NAME = 0x44415441;
  private static final int ENCRYPTION = 0x0537be77;
  private static final int BITMAPS = 0x23852875;
  private static final int FEATURE_NAMES = 0x6803f857;

  private Qcow2Extensions() {}

  static void check(DiskFile file, int headerLength, int clusterSize) throws IOException {
    int end = (int) Math.min(clusterSize, file.size());
    ByteBuffer area = file.read(headerLength, end - headerLength, "header extensions");
    while (area.remaining() >= 8) {
      int type = area.getInt();
      long length = Integer.toUnsignedLong(area.getInt());
      switch (type) {
        case END -> {
          return;
        }
        case FEATURE_NAMES -> {}
        case BACKING_FORMAT -> throw file.refused("it names the format of a backing file");
        case DATA_FILE_NAME -> throw file.refused("it names an external data file");
        case ENCRYPTION -> throw file.unsupported("it is encrypted");
        case BITMAPS -> throw file.unsupported("it holds bitmaps");
        default -> throw file.unsupported("unknown header extension 0x%08x".formatted(type));
      }
      long padded = (length + 7) / 8 * 8;
      if (padded > area.remaining()) {
        throw file.damaged("header extension 0x%08x is %d bytes long".formatted(type, length));
      }
      area.position(area.position() + (int) padded);
    }
  }
}
