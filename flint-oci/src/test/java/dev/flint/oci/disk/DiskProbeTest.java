package dev.flint.oci.disk;

import static dev.flint.oci.disk.DiskAssertions.assertRefused;
import static dev.flint.oci.disk.DiskAssertions.probe;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DiskProbeTest {
  private static final byte[] GUEST = TestDisks.guest(1, 3 << 20);

  @TempDir Path folder;

  static Stream<Arguments> disks() {
    return Stream.of(
        Arguments.of(DiskFormat.QCOW2, false, TestDisks.qcow2(2, GUEST)),
        Arguments.of(DiskFormat.QCOW2, false, TestDisks.qcow2(3, GUEST)),
        Arguments.of(DiskFormat.QCOW2, true, TestDisks.compressedQcow2(false, GUEST)),
        Arguments.of(DiskFormat.QCOW2, true, TestDisks.compressedQcow2(true, GUEST)),
        Arguments.of(DiskFormat.RAW, false, GUEST),
        Arguments.of(DiskFormat.VDI, false, TestDisks.vdi(GUEST)),
        Arguments.of(DiskFormat.VMDK, false, TestDisks.vmdk(false, GUEST)),
        Arguments.of(DiskFormat.VMDK, true, TestDisks.vmdk(true, GUEST)));
  }

  @ParameterizedTest
  @MethodSource("disks")
  void tellsWhatADiskIs(DiskFormat format, boolean compressed, byte[] disk) throws IOException {
    assertEquals(
        new DiskInfo(format, GUEST.length, disk.length, true, compressed), probe(folder, disk));
  }

  @ParameterizedTest
  @MethodSource("disks")
  void codeMadeDisksHoldTheirGuest(DiskFormat format, boolean compressed, byte[] disk)
      throws IOException {
    assertArrayEquals(GUEST, TestDisks.guestOf(Files.write(folder.resolve("x"), disk)));
  }

  @ParameterizedTest
  @MethodSource("disks")
  void refusesADiskCutShort(DiskFormat format, boolean compressed, byte[] disk) throws IOException {
    if (format != DiskFormat.RAW) {
      assertRefused(ErrorCode.INTEGRITY, folder, Arrays.copyOf(disk, disk.length / 2));
      assertRefused(ErrorCode.INTEGRITY, folder, Arrays.copyOf(disk, 300));
      assertRefused(ErrorCode.INTEGRITY, folder, Arrays.copyOf(disk, 68));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 511, 512, 513, 5000})
  void takesAnythingElseForRawOfAnySize(int size) throws IOException {
    byte[] disk = new byte[size];
    Arrays.fill(disk, (byte) 'x');
    assertEquals(new DiskInfo(DiskFormat.RAW, size, size, false, false), probe(folder, disk));
  }

  @Test
  void seesNoBootSectorWithoutTheMark() throws IOException {
    byte[] guest = GUEST.clone();
    guest[510] = 0;
    assertFalse(probe(folder, TestDisks.qcow2(3, guest)).bootSector());
    assertTrue(probe(folder, TestDisks.qcow2(3, GUEST)).bootSector());
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    assertRefused(ErrorCode.UNSUPPORTED, folder, new byte[0]);
  }

  /** E14. */
  @ParameterizedTest
  @CsvSource({
    "vhdxfile, 0, qemu-img convert",
    "conectix, 0, qemu-img convert",
    "conectix, 65024, qemu-img convert",
    "conectix, 65025, qemu-img convert",
    "QED\\0, 0, qemu-img convert",
    "LUKS\\272\\276, 0, qemu-img convert",
    "Bochs Virtual HD Image, 0, qemu-img convert",
    "OOOM, 0, qemu-img convert",
    "WithoutFreeSpace, 0, qemu-img convert",
    "WithouFreSpacExt, 0, qemu-img convert",
    "COWD, 0, qemu-img convert",
    "koly, 65024, qemu-img convert",
    "CD001, 32769, qemu-img convert",
    "\\037\\213\\010, 0, decompress it first",
    "\\3757zXZ\\0, 0, decompress it first",
    "(\\265/\\375, 0, decompress it first",
    "\\177ELF, 0, the kernel belongs to",
  })
  void refusesForeignFormatsWithARemedy(String magic, int offset, String remedy)
      throws IOException {
    byte[] disk = new byte[65536];
    byte[] bytes = magic.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, disk, offset, bytes.length);
    FlintException refusal = assertRefused(ErrorCode.UNSUPPORTED, folder, disk);
    assertTrue(refusal.remedy().contains(remedy), refusal.remedy());
    assertEquals(ErrorCode.POLICY, codeWhenDeclared(DiskFormat.RAW, disk));
  }

  /** E14, E15. */
  @Test
  void refusesContentThatIsNotWhatWasDeclared() throws IOException {
    for (byte[] disk :
        new byte[][] {
          TestDisks.qcow2(3, GUEST), TestDisks.vmdk(false, GUEST), TestDisks.vdi(GUEST)
        }) {
      assertEquals(ErrorCode.POLICY, codeWhenDeclared(DiskFormat.RAW, disk));
    }
    assertEquals(ErrorCode.UNSUPPORTED, codeWhenDeclared(DiskFormat.QCOW2, GUEST));
    assertEquals(
        ErrorCode.UNSUPPORTED, codeWhenDeclared(DiskFormat.VDI, TestDisks.qcow2(3, GUEST)));
  }

  @Test
  void acceptsContentThatIsWhatWasDeclared() throws IOException {
    Path disk = Files.write(folder.resolve("x"), TestDisks.qcow2(3, GUEST));
    try (FileChannel channel = FileChannel.open(disk)) {
      assertEquals(DiskProbe.probe(channel, "x"), DiskProbe.probe(channel, "x", DiskFormat.QCOW2));
    }
    Files.write(disk, GUEST);
    try (FileChannel channel = FileChannel.open(disk)) {
      assertEquals(DiskFormat.RAW, DiskProbe.probe(channel, "x", DiskFormat.RAW).format());
    }
  }

  private ErrorCode codeWhenDeclared(DiskFormat declared, byte[] disk) throws IOException {
    Path path = Files.write(folder.resolve("declared"), disk);
    try (FileChannel channel = FileChannel.open(path)) {
      return assertThrows(
              FlintException.class, () -> DiskProbe.probe(channel, "the-disk", declared))
          .code();
    }
  }

  static Stream<Arguments> disksOfOneBlockAgainAndAgain() {
    byte[] guest = new byte[3 << 20];
    Arrays.fill(guest, 0, 1 << 16, (byte) 7);
    byte[] vdi = TestDisks.vdi(guest);
    Arrays.fill(vdi, 512, 512 + 3 * 4, (byte) 0);
    byte[] qcow2 = TestDisks.qcow2(3, guest);
    byte[] packed = TestDisks.compressedQcow2(false, TestDisks.guest(1, 400 << 16));
    int l2 = 4 << 16;
    for (int block = 1; block < 48; block++) {
      System.arraycopy(qcow2, l2, qcow2, l2 + 8 * block, 8);
    }
    // The clusters with random bytes are the long ones; the first has none.
    int random = l2 + 8;
    while (packed[random] == 0) {
      random += 8;
    }
    for (int block = 0; block < 400; block++) {
      System.arraycopy(packed, random, packed, l2 + 8 * block, 8);
    }
    return Stream.of(Arguments.of(vdi), Arguments.of(qcow2), Arguments.of(packed));
  }

  /** A small file of blocks that are one would fill any disk that it is converted to. */
  @ParameterizedTest
  @MethodSource("disksOfOneBlockAgainAndAgain")
  void blocksDoNotOverlap(byte[] disk) throws IOException {
    assertTrue(
        String.valueOf(assertRefused(ErrorCode.INTEGRITY, folder, disk).getMessage())
            .contains("overlap"));
  }

  @Test
  void aRawDiskHasItsLimitToo() throws IOException {
    Path disk = Files.write(folder.resolve("huge"), new byte[1]);
    try (FileChannel channel = FileChannel.open(disk)) {
      DiskFile huge = new DiskFile(channel, "huge", 65L << 40);
      FlintException e =
          assertThrows(FlintException.class, () -> GuestReader.map(huge, DiskFormat.RAW));
      assertEquals(ErrorCode.POLICY, e.code());
    }
  }
}
