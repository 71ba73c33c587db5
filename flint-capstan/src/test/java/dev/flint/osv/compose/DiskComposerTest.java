package dev.flint.osv.compose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.GuestReader;
import dev.flint.oci.disk.GuestSink;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.OsvDisk;
import dev.flint.osv.RofsTree;
import dev.flint.osv.RootFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskComposerTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private Path loader;

  @BeforeEach
  void writeLoader() throws IOException {
    loader = Files.write(folder.resolve("loader"), Disks.loader());
  }

  private static RofsTree tree() throws FlintException {
    RofsTree tree = new RofsTree();
    tree.file("app", "program".getBytes(StandardCharsets.UTF_8));
    tree.file("etc/empty", new byte[0]);
    tree.file("etc/gr\u00fc\u00dfe", new byte[1024]);
    tree.link("lib", "usr/lib");
    tree.folder("usr/lib");
    tree.file("n".repeat(255), new byte[] {1});
    return tree;
  }

  private Path compose(String line) throws IOException {
    return Disks.compose(folder.resolve("disk"), loader, tree(), line);
  }

  @Test
  void theLoaderIsAsItWasButForTableAndLine() throws Exception {
    byte[] disk = Files.readAllBytes(compose("/app --x"));
    byte[] expected = Arrays.copyOf(Disks.loader(), 2 * MIB);
    Arrays.fill(expected, 512, 65536, (byte) 0);
    System.arraycopy("/app --x".getBytes(StandardCharsets.US_ASCII), 0, expected, 512, 8);
    System.arraycopy(disk, 0x1be, expected, 0x1be, 64);
    assertArrayEquals(expected, Arrays.copyOf(disk, 2 * MIB));
  }

  @Test
  void entryTwoDescribesTheRestOfTheDisk() throws Exception {
    byte[] disk = Files.readAllBytes(compose("/app"));
    ByteBuffer boot = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);
    for (int at : new int[] {0x1be, 0x1de, 0x1ee}) {
      assertArrayEquals(new byte[16], Arrays.copyOfRange(disk, at, at + 16));
    }
    assertEquals((byte) 0x83, boot.get(0x1ce + 4));
    assertEquals(4096, boot.getInt(0x1ce + 8));
    assertEquals(disk.length, (4096L + boot.getInt(0x1ce + 12)) * 512);
    // Sector 4096 is at cylinder 0, head 65, sector 2.
    assertArrayEquals(new byte[] {0, 65, 2, 0}, Arrays.copyOfRange(disk, 0x1ce, 0x1d2));
  }

  @Test
  void placesBeyondTheLastCylinderAreCapped() {
    ByteBuffer boot = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    new PartitionEntry(0x83, 700L * 63 * 255 * 512, 400L * 63 * 255 * 512).write(boot, 0);
    // Bits 8 and 9 of cylinder 700 are in the byte of the sector.
    assertEquals(0, boot.get(1));
    assertEquals((byte) (1 | 0x80), boot.get(2));
    assertEquals((byte) 188, boot.get(3));
    assertEquals((byte) 254, boot.get(5));
    assertEquals((byte) 0xff, boot.get(6));
    assertEquals((byte) 0xff, boot.get(7));
  }

  @Test
  void readersOfOthersSeeWhatWasPutIn() throws Exception {
    Path disk = compose("/app");
    try (FileChannel channel = FileChannel.open(disk)) {
      DiskInfo info = DiskProbe.probe(channel, "disk");
      GuestReader guest = GuestReader.open(channel, info);
      assertEquals("/app", OsvDisk.read(guest, info).commandLine().orElseThrow().text());
      assertEquals(RootFileSystem.ROFS, RootFileSystem.read(guest));
      Map<String, String> expected =
          Map.of(
              "app",
              "program",
              "etc",
              "/",
              "etc/empty",
              "",
              "etc/gr\u00fc\u00dfe",
              "\0".repeat(1024),
              "lib",
              "-> usr/lib",
              "usr",
              "/",
              "usr/lib",
              "/",
              "n".repeat(255),
              "\u0001");
      assertEquals(expected, PlainRofs.read(channel, 2 * MIB).texts());
    }
  }

  /** On every Java and every machine: docs/compose.md. */
  @Test
  void theBytesAreTheSameEverywhere() throws Exception {
    byte[] disk = Files.readAllBytes(compose("/app"));
    assertEquals(PINNED, Digest.sha256(disk).toString());
    Path file = folder.resolve("qcow2");
    try (FileChannel from = FileChannel.open(loader);
        FileChannel to =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      DiskComposer composer =
          new DiskComposer(Loader.open(from, "l"), tree(), new OsvCommandLine("/app"));
      try (GuestSink sink = GuestSink.qcow2(to, composer.size(), 65536)) {
        composer.write(sink, done -> {});
      }
    }
    assertEquals(PINNED_QCOW2, Digest.sha256(Files.readAllBytes(file)).toString());
  }

  private static final String PINNED =
      "sha256:129a52b19275b48e9079d83aecbfc5a2707c3d3dfe45427265b8a84e16a70875";
  private static final String PINNED_QCOW2 =
      "sha256:4d3cae47541e948ce09aec9afa0a7f3acff428f9fbd0e077fac4c4ad8bfc804d";

  @Test
  void aWholeDiskServesAsLoaderOfAnother() throws Exception {
    Path whole = Files.copy(compose("/old"), folder.resolve("whole"));
    byte[] direct = Files.readAllBytes(compose("/new"));
    Path again = Disks.compose(folder.resolve("again"), whole, tree(), "/new");
    assertArrayEquals(direct, Files.readAllBytes(again));
  }

  @Test
  void theFilesOfABaseGoOntoAnotherDisk() throws Exception {
    Path base = Files.copy(compose("/old"), folder.resolve("base"));
    RofsTree tree = RofsTree.layered();
    Path target = folder.resolve("combined");
    try (FileChannel channel = FileChannel.open(base)) {
      Loader opened = Loader.open(channel, "base");
      BaseRoot.add(tree, opened);
      tree.file("app", "newer".getBytes(StandardCharsets.UTF_8));
      tree.file("more", new byte[] {2});
      Disks.compose(target, base, tree, "/app");
    }
    try (FileChannel channel = FileChannel.open(target)) {
      Map<String, String> texts = PlainRofs.read(channel, 2 * MIB).texts();
      assertEquals("newer", texts.get("app"));
      assertEquals("\u0002", texts.get("more"));
      assertEquals("\0".repeat(1024), texts.get("etc/gr\u00fc\u00dfe"));
      assertEquals("-> usr/lib", texts.get("lib"));
      assertEquals(9, texts.size());
    }
  }

  @Test
  void refusesWhatIsNoLoader() throws Exception {
    byte[] noSignature = Disks.loader();
    noSignature[0x1b8] = 0;
    refuses(noSignature, ErrorCode.UNSUPPORTED);
    refuses(Arrays.copyOf(Disks.loader(), 65536 + 32767), ErrorCode.INTEGRITY);
    byte[] endless = Disks.loader();
    ByteBuffer.wrap(endless).order(ByteOrder.LITTLE_ENDIAN).putShort(0x10, (short) -1);
    refuses(endless, ErrorCode.INTEGRITY);
    byte[] beyond = Disks.loader();
    ByteBuffer table = ByteBuffer.wrap(beyond).order(ByteOrder.LITTLE_ENDIAN);
    table.put(0x1ce + 4, (byte) 0x83).putInt(0x1ce + 8, 4096).putInt(0x1ce + 12, 8);
    refuses(beyond, ErrorCode.INTEGRITY);
    Path large = Files.write(folder.resolve("large"), Disks.loader());
    try (FileChannel channel = FileChannel.open(large, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), Loader.MAX_SIZE);
    }
    refuses(large, ErrorCode.POLICY);
  }

  private void refuses(byte[] bytes, ErrorCode code) throws IOException {
    refuses(Files.write(folder.resolve("bad"), bytes), code);
  }

  private static void refuses(Path file, ErrorCode code) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      FlintException e = assertThrows(FlintException.class, () -> Loader.open(channel, "bad"));
      assertEquals(code, e.code(), e.getMessage());
    }
  }

  @Test
  void refusesALineThatTheKernelWouldNotTake() throws Exception {
    compose("x".repeat(1023));
    for (String line : new String[] {"x".repeat(1024), "\u00e9".repeat(512), "a\nb", "a\0"}) {
      FlintException e = assertThrows(FlintException.class, () -> compose(line));
      assertEquals(ErrorCode.USAGE, e.code());
    }
  }

  @Test
  void aFileThatChangesMeanwhileIsAClearFailure() throws Exception {
    Path file = Files.write(folder.resolve("file"), new byte[3 * MIB]);
    for (long size : new long[] {1, 3 * MIB + 1}) {
      Files.write(file, new byte[3 * MIB]);
      RofsTree tree = new RofsTree();
      tree.file("file", file);
      try (FileChannel from = FileChannel.open(loader);
          FileChannel to =
              FileChannel.open(
                  folder.resolve("out"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        DiskComposer composer =
            new DiskComposer(Loader.open(from, "l"), tree, new OsvCommandLine("/a"));
        try (FileChannel changed = FileChannel.open(file, StandardOpenOption.WRITE)) {
          changed.truncate(size);
          changed.write(ByteBuffer.allocate(1), size - 1);
        }
        GuestSink sink = GuestSink.raw(to, composer.size());
        FlintException e =
            assertThrows(FlintException.class, () -> composer.write(sink, done -> {}));
        assertEquals(ErrorCode.LOCAL_IO, e.code());
        assertTrue(String.valueOf(e.getMessage()).contains("changed while"), e.getMessage());
      }
    }
  }

  @Test
  void aSinkThatFailsEndsTheReaderToo() throws Exception {
    RofsTree tree = new RofsTree();
    tree.file("file", Files.write(folder.resolve("file"), new byte[32 * MIB]));
    try (FileChannel from = FileChannel.open(loader)) {
      DiskComposer composer =
          new DiskComposer(Loader.open(from, "l"), tree, new OsvCommandLine("/a"));
      FileChannel closed =
          FileChannel.open(
              folder.resolve("out"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      GuestSink sink = GuestSink.raw(closed, composer.size());
      closed.close();
      assertThrows(IOException.class, () -> composer.write(sink, done -> {}));
    }
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals("flint-read-ahead")));
  }
}
