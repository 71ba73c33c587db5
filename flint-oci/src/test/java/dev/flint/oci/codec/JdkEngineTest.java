package dev.flint.oci.codec;

final class JdkEngineTest extends GzipContract {
  @Override
  GzipEngine engine() {
    return new JdkEngine();
  }
}
