package dev.flint.oci.disk;

import static dev.flint.oci.disk.DiskAssertions.assertRefused;
import static dev.flint.oci.disk.DiskAssertions.probe;
import static dev.flint.oci.error.ErrorCode.INTEGRITY;
import static dev.flint.oci.error.ErrorCode.POLICY;
import static dev.flint.oci.error.ErrorCode.UNSUPPORTED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.ErrorCode;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VmdkRefusalTest {
  private static final byte[] GUEST = TestDisks.guest(1, 1 << 20);
  private static final String GOOD = TestDisks.vmdkDescriptor("monolithicSparse", 2048);
  private static final int TABLE = 22 * 512;

  @TempDir Path folder;

  static Stream<Arguments> headers() {
    return Stream.of(
        row("version 4", UNSUPPORTED, f -> f.putInt(4, 4)),
        row("line ends", INTEGRITY, f -> f.put(75, (byte) '\n')),
        row("unmarked compression", UNSUPPORTED, f -> f.putInt(8, 0x10001)),
        row("unknown compression", UNSUPPORTED, f -> f.putInt(8, 0x30001)),
        row("short tables", UNSUPPORTED, f -> f.putInt(44, 256)),
        row("no capacity", POLICY, f -> f.putLong(12, 0)),
        row("huge", POLICY, f -> f.putLong(12, 1L << 40)),
        row("negative capacity", POLICY, f -> f.putLong(12, -1)),
        row("other capacity than the descriptor", INTEGRITY, f -> f.putLong(12, 2047)),
        row("no grain size", UNSUPPORTED, f -> f.putLong(20, 0)),
        row("odd grain size", UNSUPPORTED, f -> f.putLong(20, 127)),
        row("huge grains", UNSUPPORTED, f -> f.putLong(20, 1L << 60)),
        row("negative grains", UNSUPPORTED, f -> f.putLong(20, Long.MIN_VALUE)),
        row("no descriptor", UNSUPPORTED, f -> f.putLong(28, 0)),
        row("descriptor after the end", INTEGRITY, f -> f.putLong(28, 1L << 50)),
        row("long descriptor", INTEGRITY, f -> f.putLong(36, 1L << 50)),
        row("descriptor over the limit", POLICY, f -> f.putLong(36, 129)),
        row("directory after the end", INTEGRITY, f -> f.putLong(56, 1L << 50)),
        row("directory in the data", INTEGRITY, f -> f.putLong(56, 130)),
        row("missing footer", INTEGRITY, f -> f.putLong(56, -1)),
        row("no overhead", INTEGRITY, f -> f.putLong(64, 0)),
        row("table after the end", INTEGRITY, f -> f.putInt(21 * 512, -1)),
        row("grain after the end", INTEGRITY, f -> f.putInt(TABLE, -1)),
        row("grain on the descriptor", INTEGRITY, f -> f.putInt(TABLE, 1)),
        row("grain on the tables", INTEGRITY, f -> f.putInt(TABLE, 21)));
  }

  static Stream<Arguments> descriptors() {
    return Stream.of(
        text("a parent's name", POLICY, GOOD + "parentFileNameHint=\"/etc/passwd\"\n"),
        text("a parent's name in a comment", POLICY, GOOD + "# parentFileNameHint=\"x\"\n"),
        text("a parent's name after the end", POLICY, GOOD + "\0parentFileNameHint=\"x\"\n"),
        text("a parent", POLICY, GOOD.replace("parentCID=ffffffff", "parentCID=12345678")),
        text("a second parent", POLICY, GOOD + "parentCID=12345678\n"),
        text("a second extent", POLICY, GOOD + "RW 2048 SPARSE \"b.vmdk\"\n"),
        text(
            "a flat extent",
            POLICY,
            GOOD.replace("SPARSE \"disk.vmdk\"", "FLAT \"/etc/passwd\" 0")),
        text("a VMFS extent", POLICY, GOOD.replace("SPARSE", "VMFSSPARSE")),
        text("a zero extent", POLICY, GOOD.replace("SPARSE \"disk.vmdk\"", "ZERO")),
        text("an absolute path", POLICY, GOOD.replace("disk.vmdk", "/etc/passwd")),
        text("a path upwards", POLICY, GOOD.replace("disk.vmdk", "../x.vmdk")),
        text("a Windows path", POLICY, GOOD.replace("disk.vmdk", "C:\\x.vmdk")),
        text("a sparse extent with an offset", POLICY, GOOD.replace("k.vmdk\"", "k.vmdk\" 5")),
        text("a line of another kind", POLICY, GOOD + "INCLUDE /etc/passwd\n"),
        text("endless spaces", POLICY, GOOD + "a=" + " ".repeat(9000) + "\"\"x\n"),
        text("another size", INTEGRITY, GOOD.replace("2048", "4096")),
        text("no extent", INTEGRITY, GOOD.replaceAll("RW.*", "")),
        text("no type", INTEGRITY, GOOD.replaceAll("createType.*", "")),
        text("a type of several files", UNSUPPORTED, GOOD.replace("monolithic", "twoGbMaxExtent")),
        text("a type of ESX", UNSUPPORTED, GOOD.replace("monolithicSparse", "vmfsSparse")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("headers")
  void refuses(String name, ErrorCode code, Consumer<ByteBuffer> change) throws IOException {
    byte[] disk = TestDisks.vmdk(false, GUEST);
    assertEquals(DiskFormat.VMDK, probe(folder, disk).format());
    change.accept(ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN));
    assertRefused(code, folder, disk);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("descriptors")
  void refusesADescriptorWith(String name, ErrorCode code, String descriptor) throws IOException {
    assertRefused(code, folder, TestDisks.vmdk(false, GUEST, descriptor));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# Disk DescriptorFile\nversion=1\n",
        "# disk descriptorfile\r\n",
        "#\n\n  \n# x\nversion=1\nRW 1 FLAT \"/etc/passwd\" 0\n",
        "version=2\r\n",
      })
  void refusesADescriptorFile(String text) throws IOException {
    assertRefused(POLICY, folder, text.getBytes(UTF_8));
  }

  @Test
  void takesLinesWithoutAVersionForRaw() throws IOException {
    assertEquals(DiskFormat.RAW, probe(folder, "\n".repeat(9000).getBytes(UTF_8)).format());
    assertEquals(DiskFormat.RAW, probe(folder, "#\r\n".repeat(9000).getBytes(UTF_8)).format());
  }

  @Test
  void refusesAGrainWhoseMarkerIsOfAnother() throws IOException {
    byte[] disk = TestDisks.vmdk(true, GUEST);
    ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN).putLong(128 * 512, 128);
    assertRefused(INTEGRITY, folder, disk);
  }

  @ParameterizedTest
  @ValueSource(strings = {"monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat"})
  void refusesSeveralFilesThatQemuWrote(String subformat) throws IOException {
    Path disk = folder.resolve("d.vmdk");
    Command.run(
            "qemu-img", "create", "-q", "-f", "vmdk", "-o", "subformat=" + subformat, disk, "1M")
        .ok();
    assertRefused(POLICY, disk);
    Path part = folder.resolve("d-s001.vmdk");
    if (Files.exists(part)) {
      assertRefused(UNSUPPORTED, part);
    }
  }

  @Test
  void refusesABackingFileThatQemuWrote() throws IOException {
    Path base = folder.resolve("base.vmdk");
    Path disk = folder.resolve("d.vmdk");
    Command.run("qemu-img", "create", "-q", "-f", "vmdk", base, "1M").ok();
    probe(base);
    Command.run("qemu-img", "create", "-q", "-f", "vmdk", "-b", base, "-F", "vmdk", disk).ok();
    assertRefused(POLICY, disk);
  }

  private static Arguments row(String name, ErrorCode code, Consumer<ByteBuffer> change) {
    return Arguments.of(name, code, change);
  }

  private static Arguments text(String name, ErrorCode code, String descriptor) {
    return Arguments.of(name, code, descriptor);
  }
}
