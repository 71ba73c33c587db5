package dev.flint.oci.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.MachineFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileProbeTest {
  private static final byte[] COMPONENT =
      MachineFiles.wasmComponent(List.of("wasi:cli/environment@0.2.0"), List.of("a:b/run@0.2.0"));

  @TempDir Path folder;

  private FileContent probe(FileRole role, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("file"), bytes);
    try (FileChannel channel = FileChannel.open(file)) {
      return FileProbe.probe(role, channel, "file");
    }
  }

  static Stream<Arguments> programs() {
    return Stream.of(
        Arguments.of("vmlinux", MachineFiles.vmlinux(), FileContent.LINUX_ELF),
        Arguments.of("unikraft", MachineFiles.unikraft(), FileContent.UNIKRAFT_ELF),
        Arguments.of("program", MachineFiles.elf(new byte[99], ".text"), FileContent.ELF),
        Arguments.of("bzImage", MachineFiles.bzImage(), FileContent.LINUX_BZIMAGE),
        Arguments.of("Image", MachineFiles.arm64Image(), FileContent.LINUX_ARM64),
        Arguments.of("module", MachineFiles.wasmModule(), FileContent.WASM_MODULE),
        Arguments.of("component", COMPONENT, FileContent.WASM_COMPONENT),
        Arguments.of("noise", MachineFiles.noise(9, 5000), FileContent.DATA));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("programs")
  void tellsWhatAKernelOrModuleIs(String name, byte[] bytes, FileContent content)
      throws IOException {
    assertEquals(content, probe(FileRole.KERNEL, bytes));
    assertEquals(content, probe(FileRole.MODULE, bytes));
  }

  /** What is cut off is refused, or was not told by its beginning in the first place. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("programs")
  void nothingThatIsCutOffPassesForWhole(String name, byte[] bytes, FileContent content)
      throws IOException {
    Random random = new Random(name.hashCode());
    for (int i = 0; i < 60; i++) {
      int length = 1 + (i < 30 ? random.nextInt(300) : random.nextInt(bytes.length - 1));
      byte[] cut = Arrays.copyOf(bytes, Math.min(length, bytes.length - 1));
      FileContent told;
      try {
        told = probe(FileRole.KERNEL, cut);
      } catch (FlintException e) {
        assertEquals(ErrorCode.INTEGRITY, e.code(), e.getMessage());
        continue;
      }
      boolean tellsItsLength = content != FileContent.LINUX_ARM64 && content != FileContent.DATA;
      assertTrue(
          !tellsItsLength || told == FileContent.DATA || cut.length <= 8, told + " " + length);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("programs")
  void damageIsToldOrOverlookedButNeverABug(String name, byte[] bytes, FileContent content)
      throws IOException {
    Random random = new Random(name.hashCode());
    for (int i = 0; i < 150; i++) {
      byte[] damaged = bytes.clone();
      for (int j = 0; j <= i % 4; j++) {
        int end = i % 2 == 0 ? Math.min(600, bytes.length) : bytes.length;
        int at = i % 3 == 0 ? bytes.length - 1 - random.nextInt(end) : random.nextInt(end);
        damaged[at] = (byte) random.nextInt();
      }
      try {
        probe(FileRole.KERNEL, damaged);
      } catch (FlintException e) {
        assertTrue(e.code() != ErrorCode.INTERNAL, e.getMessage());
      }
    }
  }

  @Test
  void readsWhatAComponentImportsAndExports() throws IOException {
    Path file = Files.write(folder.resolve("c.wasm"), COMPONENT);
    try (FileChannel channel = FileChannel.open(file)) {
      assertEquals(
          new WasmFile(true, List.of("wasi:cli/environment@0.2.0"), List.of("a:b/run@0.2.0")),
          WasmFile.read(channel, "c"));
    }
  }

  @Test
  void refusesWebAssemblyOfAnotherVersion() throws IOException {
    byte[] module = MachineFiles.wasmModule();
    module[4] = 2;
    FlintException e = assertThrows(FlintException.class, () -> probe(FileRole.MODULE, module));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
  }

  @Test
  void aRootFileSystemIsRawAndNoOtherFormat() throws IOException {
    assertEquals(FileContent.PLAIN_DISK, probe(FileRole.ROOTFS, MachineFiles.rootfs()));
    assertEquals(FileContent.BOOT_DISK, probe(FileRole.ROOTFS, MachineFiles.bootDisk()));
    byte[] qcow2 = MachineFiles.rootfs();
    System.arraycopy(new byte[] {'Q', 'F', 'I', (byte) 0xfb}, 0, qcow2, 0, 4);
    FlintException e = assertThrows(FlintException.class, () -> probe(FileRole.ROOTFS, qcow2));
    assertEquals(ErrorCode.POLICY, e.code());
  }

  @Test
  void refusesAnEmptyFile() {
    for (FileRole role : List.of(FileRole.KERNEL, FileRole.INITRD, FileRole.ROOTFS)) {
      FlintException e = assertThrows(FlintException.class, () -> probe(role, new byte[0]));
      assertEquals(ErrorCode.UNSUPPORTED, e.code());
    }
  }

  /** Each name would be the rest of one text of 1 MiB. */
  @Test
  void namesThatShareTheirBytesTakeNoMemory() throws IOException {
    int count = 4096;
    int text = 1 << 20;
    ByteBuffer elf = ByteBuffer.allocate(64 + text + 64 * count).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).putLong(40, 64 + text);
    elf.putShort(58, (short) 64).putShort(60, (short) count);
    Arrays.fill(elf.array(), 64, 64 + text, (byte) 'a');
    for (int i = 0; i < count; i++) {
      elf.putInt(64 + text + 64 * i, i);
    }
    elf.putLong(64 + text + 24, 64).putLong(64 + text + 32, text);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    assertEquals(FileContent.ELF, probe(FileRole.KERNEL, elf.array()));
    long taken = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertTrue(taken < 64 << 20, "took " + taken + " bytes");
  }

  @Test
  void aComponentMustNotNameMoreThanFitsInMemory() {
    // A section of 600 000 bytes, of which none is a name.
    ByteBuffer section = ByteBuffer.allocate(600_004);
    section.put(new byte[] {10, (byte) 0xc0, (byte) 0xcf, 0x24});
    ByteBuffer component = ByteBuffer.allocate(8 + 2 * section.capacity());
    component.put(new byte[] {0, 'a', 's', 'm', 13, 0, 1, 0});
    component.put(section.array()).put(section.array());
    FlintException e =
        assertThrows(FlintException.class, () -> probe(FileRole.MODULE, component.array()));
    assertEquals(ErrorCode.POLICY, e.code(), e.getMessage());
  }
}
