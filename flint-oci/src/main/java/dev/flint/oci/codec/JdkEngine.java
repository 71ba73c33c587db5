package dev.flint.oci.codec;

/** The zlib that comes with the JDK, or with the system where the JDK was built to use that. */
final class JdkEngine implements GzipEngine {
  static final String ID = "jdk";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public int maxLevel() {
    return 9;
  }

  @Override
  public ChunkCoder newCoder(int level) {
    return new JdkGzipCoder(level);
  }
}
