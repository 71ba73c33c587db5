package dev.flint.osv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.disk.GuestBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootFileSystemTest {
  private static final int PARTITION = 1 << 20;

  /** A disk with a second partition of a type and a length, and 8 bytes in it. */
  private static GuestBytes disk(int type, int sectors, int at, long bytes) {
    ByteBuffer disk = ByteBuffer.allocate(2 << 20).order(ByteOrder.LITTLE_ENDIAN);
    disk.put(0x1ce + 4, (byte) type).putInt(0x1ce + 8, PARTITION / 512).putInt(0x1ce + 12, sectors);
    disk.putLong(PARTITION + at, bytes);
    return new Bytes(disk);
  }

  private record Bytes(ByteBuffer all) implements GuestBytes {
    @Override
    public long size() {
      return all.capacity();
    }

    @Override
    public int read(long offset, byte[] into) {
      int n = (int) Math.max(0, Math.min(into.length, all.capacity() - offset));
      if (n > 0) {
        all.get((int) offset, into, 0, n);
      }
      return n;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x83, 2048, 0,       0xDEADBEAD,         ROFS",
    "0x83, 2048, 0,       0x1DEADBEAD,        UNKNOWN",
    "0x83, 2048, 0x438,   0xEF53,             EXT",
    "0x83, 2048, 0x439,   0xEF53,             UNKNOWN",
    "0x83, 2048, 0x20000, 0x00BAB10C,         ZFS",
    "0x83, 2048, 0x3fc00, 0x0CB1BA0000000000, ZFS",
    "0x83, 2048, 0,       0,                  UNKNOWN",
    "0x83, 0,    0,       0xDEADBEAD,         RAMFS",
    "0,    2048, 0,       0xDEADBEAD,         RAMFS",
  })
  void isKnownByItsFirstBytes(
      String type, int sectors, String at, String bytes, RootFileSystem expected)
      throws IOException {
    assertEquals(
        expected,
        RootFileSystem.read(
            disk(Integer.decode(type), sectors, Integer.decode(at), Long.decode(bytes))));
  }

  @Test
  void aPartitionPastTheEndIsUnknown() throws IOException {
    byte[] sector = new byte[512];
    ByteBuffer.wrap(sector).put(0x1d2, (byte) 0x83).putInt(0x1d6, -1).putInt(0x1da, -1);
    assertEquals(RootFileSystem.UNKNOWN, RootFileSystem.read(new Bytes(ByteBuffer.wrap(sector))));
  }
}
