package dev.flint.oci.disk;

import static dev.flint.oci.disk.DiskAssertions.assertRefused;
import static dev.flint.oci.disk.DiskAssertions.probe;
import static dev.flint.oci.error.ErrorCode.INTEGRITY;
import static dev.flint.oci.error.ErrorCode.POLICY;
import static dev.flint.oci.error.ErrorCode.UNSUPPORTED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.ErrorCode;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
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

final class Qcow2RefusalTest {
  private static final int L1 = 3 << 16;
  private static final int L2 = 4 << 16;

  @TempDir Path folder;

  static Stream<Arguments> headers() {
    return Stream.of(
        row("version 1", UNSUPPORTED, f -> f.putInt(4, 1)),
        row("version 4", UNSUPPORTED, f -> f.putInt(4, 4)),
        row("backing offset without length", POLICY, f -> f.putLong(8, 0x210)),
        row("backing length without offset", POLICY, f -> f.putInt(16, 4)),
        row("tiny clusters", INTEGRITY, f -> f.putInt(20, 8)),
        row("huge clusters", INTEGRITY, f -> f.putInt(20, 22)),
        row("negative cluster bits", INTEGRITY, f -> f.putInt(20, -1)),
        row("huge virtual size", POLICY, f -> f.putLong(24, (64L << 40) + 512)),
        row("negative virtual size", POLICY, f -> f.putLong(24, -512)),
        row("half a sector", UNSUPPORTED, f -> f.putLong(24, 1000)),
        row("AES", UNSUPPORTED, f -> f.putInt(32, 1)),
        row("LUKS", UNSUPPORTED, f -> f.putInt(32, 2)),
        row("no L1 entry", INTEGRITY, f -> f.putInt(36, 0)),
        row("a second L1 entry", UNSUPPORTED, f -> f.putInt(36, 2)),
        row("huge L1 table", UNSUPPORTED, f -> f.putInt(36, -1)),
        row(
            "huge L1 table that fits its size",
            POLICY,
            f -> f.putInt(20, 9).putLong(24, 64L << 40).putInt(36, 1 << 31)),
        row("L1 table after the end", INTEGRITY, f -> f.putLong(40, 1L << 40)),
        row("L1 table at a negative offset", INTEGRITY, f -> f.putLong(40, -65536)),
        row("L1 table between clusters", INTEGRITY, f -> f.putLong(40, L1 + 8)),
        row("no refcount table", INTEGRITY, f -> f.putInt(56, 0)),
        row("huge refcount table", INTEGRITY, f -> f.putInt(56, 1 << 20)),
        row("refcount table after the end", INTEGRITY, f -> f.putLong(48, 1L << 40)),
        row("refcount table in the header", INTEGRITY, f -> f.putLong(48, 0)),
        row("refcount table between clusters", INTEGRITY, f -> f.putLong(48, 65544)),
        row("snapshots", UNSUPPORTED, f -> f.putInt(60, 1)),
        row("dirty", INTEGRITY, f -> f.putLong(72, 1)),
        row("corrupt", INTEGRITY, f -> f.putLong(72, 2)),
        row("data file bit", POLICY, f -> f.putLong(72, 4)),
        row("data file bit and dirty", POLICY, f -> f.putLong(72, 5)),
        row("compression bit without type", INTEGRITY, f -> f.putLong(72, 8)),
        row("compression type without bit", INTEGRITY, f -> f.put(104, (byte) 1)),
        row("unknown compression", UNSUPPORTED, f -> f.putLong(72, 8).put(104, (byte) 2)),
        row("extended L2", UNSUPPORTED, f -> f.putLong(72, 16)),
        row("unknown feature", UNSUPPORTED, f -> f.putLong(72, 32)),
        row("last feature bit", UNSUPPORTED, f -> f.putLong(72, Long.MIN_VALUE)),
        row("refcount order", INTEGRITY, f -> f.putInt(96, 7)),
        row("header too short", INTEGRITY, f -> f.putInt(100, 96)),
        row("header length odd", INTEGRITY, f -> f.putInt(100, 108)),
        row("header longer than a cluster", INTEGRITY, f -> f.putInt(100, 65544)),
        row("unknown header field", UNSUPPORTED, f -> f.put(105, (byte) 1)),
        row("backing format", POLICY, f -> f.putInt(112, 0xE2792ACA).putInt(116, 3)),
        row("data file name", POLICY, f -> f.putInt(112, 0x44415441).putInt(116, 4)),
        row(
            "data file name after names",
            POLICY,
            f -> f.putInt(112, 0x6803f857).putInt(116, 9).putInt(136, 0x44415441)),
        row("both data file marks", POLICY, f -> f.putLong(72, 4).putInt(112, 0x44415441)),
        row("encryption header", UNSUPPORTED, f -> f.putInt(112, 0x0537be77).putInt(116, 16)),
        row("bitmaps", UNSUPPORTED, f -> f.putInt(112, 0x23852875).putInt(116, 24)),
        row("unknown extension", UNSUPPORTED, f -> f.putInt(112, 0x12345678)),
        row("endless extension", INTEGRITY, f -> f.putInt(112, 0x6803f857).putInt(116, -1)),
        row("L1 entry after the end", INTEGRITY, f -> f.putLong(L1, 1L << 40)),
        row("L1 entry between clusters", INTEGRITY, f -> f.putLong(L1, L2 + 512)),
        row("L1 entry at the last byte", INTEGRITY, f -> f.putLong(L1, f.capacity() - 1 & -512)),
        row("data after the end", INTEGRITY, f -> f.putLong(L2, 1L << 40)),
        row("data between clusters", INTEGRITY, f -> f.putLong(L2, 5 << 16 | 512)),
        row("compressed data after the end", INTEGRITY, f -> f.putLong(L2, 1L << 62 | 1L << 40)),
        row(
            "compressed data longer than the file",
            INTEGRITY,
            f -> f.putLong(L2, 1L << 62 | 255L << 54 | f.capacity() - 512)));
  }

  /** E11, E12. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("headers")
  void refuses(String name, ErrorCode code, Consumer<ByteBuffer> change) throws IOException {
    byte[] disk = TestDisks.qcow2(3, TestDisks.guest(1, 128 << 10));
    assertEquals(DiskFormat.QCOW2, probe(folder, disk).format());
    change.accept(ByteBuffer.wrap(disk));
    assertRefused(code, folder, disk);
  }

  @Test
  void refusesTablesThatShareBytes() throws IOException {
    ByteBuffer disk = ByteBuffer.wrap(TestDisks.qcow2(3, TestDisks.guest(1, 128 << 10)));
    int entries = 8192;
    disk.putLong(24, entries * (512L << 20)).putInt(36, entries);
    for (int i = 0; i < entries; i++) {
      disk.putLong(L1 + 8 * i, L2);
    }
    assertRefused(INTEGRITY, folder, disk.array());
  }

  @Test
  void refusesAZeroClusterInVersion2() throws IOException {
    ByteBuffer disk = ByteBuffer.wrap(TestDisks.qcow2(2, TestDisks.guest(1, 128 << 10)));
    disk.putLong(L2, 1);
    assertRefused(INTEGRITY, folder, disk.array());
  }

  @Test
  void refusesAVersion2BackingFormat() throws IOException {
    ByteBuffer disk = ByteBuffer.wrap(TestDisks.qcow2(2, TestDisks.guest(1, 128 << 10)));
    disk.putInt(72, 0xE2792ACA).putInt(76, 5);
    assertRefused(POLICY, folder, disk.array());
  }

  @Test
  void refusesDamagedCompressedDataWhenItIsRead() throws IOException {
    byte[] disk = TestDisks.compressedQcow2(false, TestDisks.guest(1, 128 << 10));
    // The probe reads the boot sector.
    disk[5 << 16] = (byte) 0xff;
    assertRefused(INTEGRITY, folder, disk);
  }

  /** E11. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "base.raw",
        "json:{\"driver\":\"null-co\"}",
        "nbd:127.0.0.1:1",
        "/dev/sda"
      })
  void refusesABackingFileThatQemuWrote(String backing) {
    Path disk = folder.resolve("overlay");
    Command.run(
            "qemu-img", "create", "-q", "-u", "-f", "qcow2", "-b", backing, "-F", "raw", disk, "1M")
        .ok();
    assertRefused(POLICY, disk);
    Command.run(
            "qemu-img",
            "create",
            "-q",
            "-u",
            "-f",
            "qcow2",
            "-o",
            "compat=0.10",
            "-b",
            backing,
            "-F",
            "raw",
            disk,
            "1M")
        .ok();
    assertRefused(POLICY, disk);
  }

  /** E12. */
  @ParameterizedTest
  @ValueSource(strings = {"off", "on"})
  void refusesADataFileThatQemuWrote(String raw) {
    Path disk = folder.resolve("d");
    Path data = folder.resolve("data");
    Command.run(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-o",
            "data_file=" + data + ",data_file_raw=" + raw,
            disk,
            "1M")
        .ok();
    assertRefused(POLICY, disk);
  }

  private static Command.Result createEncrypted(Path disk) throws IOException {
    return Command.run(
        "qemu-img",
        "create",
        "-q",
        "-f",
        "qcow2",
        "--object",
        "secret,id=s,data=x",
        "-o",
        "encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10",
        disk,
        "1M");
  }

  @Test
  void refusesFeaturesThatQemuWrote() throws IOException {
    Path disk = folder.resolve("d");
    Command.Result encrypted = createEncrypted(disk);
    // qemu-img measures the machine first, and gives up when the clock of its thread stands still.
    for (int i = 0; i < 9 && encrypted.err().contains("accurate CPU usage"); i++) {
      encrypted = createEncrypted(disk);
    }
    encrypted.ok();
    assertRefused(UNSUPPORTED, disk);
    Command.run("qemu-img", "create", "-q", "-f", "qcow2", "-o", "extended_l2=on", disk, "1M").ok();
    assertRefused(UNSUPPORTED, disk);
    Command.run("qemu-img", "create", "-q", "-f", "qcow2", disk, "1M").ok();
    Command.run("qemu-img", "bitmap", "--add", disk, "b").ok();
    assertRefused(UNSUPPORTED, disk);
    Files.delete(disk);
    Command.run("qemu-img", "create", "-q", "-f", "qcow2", disk, "1M").ok();
    probe(disk);
    Command.run("qemu-img", "snapshot", "-c", "s", disk).ok();
    assertRefused(UNSUPPORTED, disk);
  }

  private static Arguments row(String name, ErrorCode code, Consumer<ByteBuffer> change) {
    return Arguments.of(name, code, change);
  }
}
