package dev.flint.oci.disk;

/** A raw disk: every block is where the guest sees it. */
record RawMap(long virtualSize) implements BlockMap {
  @Override
  public int blockSize() {
    return 1 << 20;
  }

  @Override
  public int blocksPerTable() {
    return 1;
  }

  @Override
  public long tableSize() {
    return 0;
  }

  @Override
  public boolean hasTable(long table) {
    return true;
  }

  @Override
  public Place place(long block) {
    return new Place.Stored(block * blockSize());
  }
}
