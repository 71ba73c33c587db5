package dev.flint.oci.codec;

import com.sun.jna.Memory;

/**
 * Memory outside the heap that grows to the largest size asked for. Freed when closed, unlike a
 * direct buffer, which waits for the garbage collector.
 */
final class NativeBuffer implements AutoCloseable {
  private static final int FIRST = 64 * 1024;

  private Memory memory = new Memory(FIRST);

  /** At least so many bytes; what it gave before is gone if that was less. */
  Memory atLeast(int size) {
    if (memory.size() < size) {
      memory.close();
      memory = new Memory(size);
    }
    return memory;
  }

  @Override
  public void close() {
    memory.close();
  }
}
