package dev.flint.oci.disk;

import static dev.flint.oci.disk.DiskAssertions.assertRefused;
import static dev.flint.oci.disk.DiskAssertions.probe;
import static dev.flint.oci.error.ErrorCode.INTEGRITY;
import static dev.flint.oci.error.ErrorCode.POLICY;
import static dev.flint.oci.error.ErrorCode.UNSUPPORTED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class VdiRefusalTest {
  @TempDir Path folder;

  static Stream<Arguments> headers() {
    return Stream.of(
        row("version 1.0", UNSUPPORTED, f -> f.putInt(0x44, 0x10000)),
        row("undo image", POLICY, f -> f.putInt(0x4c, 3)),
        row("differencing image", POLICY, f -> f.putInt(0x4c, 4)),
        row("unknown type", UNSUPPORTED, f -> f.putInt(0x4c, 9)),
        row("linked to another", POLICY, f -> f.putLong(0x1a8, 1)),
        row("with a parent", POLICY, f -> f.putLong(0x1c0, 1)),
        row("other block size", UNSUPPORTED, f -> f.putInt(0x178, 512)),
        row("extra data in blocks", UNSUPPORTED, f -> f.putInt(0x17c, 512)),
        row("huge", POLICY, f -> f.putLong(0x170, 65L << 40)),
        row("negative", POLICY, f -> f.putLong(0x170, -1)),
        row("too few blocks", INTEGRITY, f -> f.putInt(0x180, 2)),
        row("map longer than the file", INTEGRITY, f -> f.putInt(0x180, -1).putInt(0x158, -512)),
        row("map over the header", INTEGRITY, f -> f.putInt(0x154, 0)),
        row("map over the data", INTEGRITY, f -> f.putInt(0x158, 512)),
        row("map after the end", INTEGRITY, f -> f.putInt(0x154, -1024).putInt(0x158, -512)),
        row("data at no sector", INTEGRITY, f -> f.putInt(0x158, 1537)),
        row("block after the end", INTEGRITY, f -> f.putInt(512, 3)),
        row("block far after the end", INTEGRITY, f -> f.putInt(512, 0xfffffffd)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("headers")
  void refuses(String name, ErrorCode code, Consumer<ByteBuffer> change) throws IOException {
    byte[] disk = TestDisks.vdi(TestDisks.guest(1, 3 << 20));
    assertEquals(DiskFormat.VDI, probe(folder, disk).format());
    change.accept(ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN));
    assertRefused(code, folder, disk);
  }

  private static Arguments row(String name, ErrorCode code, Consumer<ByteBuffer> change) {
    return Arguments.of(name, code, change);
  }
}
