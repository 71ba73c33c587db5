package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Entries of tables in a disk image file, read through one page of 64 KiB. */
final class PagedTable {
  private static final int PAGE = 1 << 16;

  private final DiskFile file;
  private final ByteOrder order;
  private final String what;
  private ByteBuffer page = ByteBuffer.allocate(0);
  private long pageOffset = -1;

  PagedTable(DiskFile file, ByteOrder order, String what) {
    this.file = file;
    this.order = order;
    this.what = what;
  }

  /** An unsigned entry of four bytes of the table at a multiple of four. */
  long u32(long table, long index) throws IOException {
    return Integer.toUnsignedLong(at(table + index * Integer.BYTES, Integer.BYTES).getInt());
  }

  /** An entry of eight bytes of the table at a multiple of eight. */
  long u64(long table, long index) throws IOException {
    return at(table + index * Long.BYTES, Long.BYTES).getLong();
  }

  private ByteBuffer at(long offset, int width) throws IOException {
    file.requireInside(offset, width, what);
    long start = offset - offset % PAGE;
    if (start != pageOffset) {
      page = file.read(start, (int) Math.min(PAGE, file.size() - start), what).order(order);
      pageOffset = start;
    }
    return page.position((int) (offset - start));
  }
}
