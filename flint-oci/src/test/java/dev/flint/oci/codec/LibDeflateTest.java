package dev.flint.oci.codec;

final class LibDeflateTest extends GzipContract {
  @Override
  GzipEngine engine() {
    return libdeflate();
  }
}
