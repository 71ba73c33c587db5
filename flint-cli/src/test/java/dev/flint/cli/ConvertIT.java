package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code flint convert} beside qemu-img: the same bytes for the guest, files that QEMU accepts. */
class ConvertIT {
  private static final int MIB = 1 << 20;

  @TempDir static Path shared;
  private static byte[] guest = new byte[0];
  private static Path raw = Path.of("");

  @TempDir Path folder;
  private Cli user = new Cli(Path.of(""));

  /** Noise, words and zeros, of a size that is a multiple of sectors but of no cluster. */
  @BeforeAll
  static void makeGuest() throws IOException {
    guest = new byte[5 * MIB + 7 * 512];
    Random random = new Random(7);
    random.nextBytes(guest);
    for (int at = 0; at < guest.length; at += 96 << 10) {
      int end = Math.min(guest.length, at + (96 << 10));
      switch (random.nextInt(3)) {
        case 0 -> Arrays.fill(guest, at, end, (byte) 0);
        case 1 -> {
          for (int i = at; i < end; i++) {
            guest[i] = (byte) ('a' + (guest[i] & 7));
          }
        }
        default -> {}
      }
    }
    Arrays.fill(guest, 0, 512, (byte) 1);
    raw = Files.write(shared.resolve("guest.raw"), guest);
  }

  @BeforeEach
  void user() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
  }

  static Stream<String> sources() {
    return Stream.of(
        "raw",
        "qcow2 -o compat=0.10,cluster_size=512",
        "qcow2 -o compat=0.10,cluster_size=4k",
        "qcow2 -o compat=0.10",
        "qcow2 -o compat=0.10,cluster_size=2M",
        "qcow2 -o compat=0.10 -c",
        "qcow2 -o cluster_size=512",
        "qcow2 -o cluster_size=4k",
        "qcow2",
        "qcow2 -o cluster_size=2M",
        "qcow2 -c -o cluster_size=512",
        "qcow2 -c",
        "qcow2 -c -o cluster_size=2M",
        "qcow2 -c -o compression_type=zstd",
        "qcow2 -c -o compression_type=zstd,cluster_size=2M",
        "qcow2 -o preallocation=metadata",
        "qcow2 -o preallocation=full -S 0",
        "qcow2 -o refcount_bits=1,lazy_refcounts=on",
        "vmdk -o subformat=monolithicSparse",
        "vmdk -o subformat=streamOptimized",
        "vdi",
        "vdi -o static=on");
  }

  @ParameterizedTest
  @MethodSource("sources")
  void makesWhatQemuReadsOfWhatQemuMade(String made) throws IOException {
    String format = made.split(" ", -1)[0];
    Path source = folder.resolve("source");
    List<String> words = List.of(("qemu-img convert -f raw -O " + made).split(" ", -1));
    Command.run(Stream.concat(words.stream(), Stream.of(raw, source)).toArray()).ok();
    convert(source, folder.resolve("a.raw"), "-f", format);
    assertArrayEquals(guest, Files.readAllBytes(folder.resolve("a.raw")));
    assertSame(source, convert(source, folder.resolve("plain.qcow2")));
    Path packed = convert(source, folder.resolve("packed.qcow2"), "-c", "--cluster-size", "32k");
    assertSame(source, packed);
    assertTrue(Files.size(packed) < Files.size(folder.resolve("plain.qcow2")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"512", "4k", "64K", "2M"})
  void makesClustersOfAllSizesAndKinds(String size) {
    assertSame(raw, convert(raw, folder.resolve("x.qcow2"), "--cluster-size", size));
    for (String type : List.of("zlib", "zstd")) {
      Path target = folder.resolve(type + ".qcow2");
      convert(raw, target, "-c", "--compression-type", type, "--cluster-size", size);
      assertSame(raw, target);
      assertArrayEquals(guest, back(target));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 513, 65535, 65537, MIB + 3})
  void roundsAnOddSizeUpAsQemuDoes(int size) throws IOException {
    Path odd = Files.write(folder.resolve("odd.img"), Arrays.copyOf(guest, size));
    Path target = convert(odd, folder.resolve("odd.qcow2"));
    assertSame(odd, target);
    byte[] rounded = Arrays.copyOf(Files.readAllBytes(odd), (size + 511) / 512 * 512);
    assertArrayEquals(rounded, back(target));
    assertEquals(
        size, Files.readAllBytes(convert(odd, folder.resolve("same.raw"), "-O", "raw")).length);
  }

  /** Neither L2 tables nor holes of a file are walked byte by byte: this would take hours. */
  @Test
  void aTebibyteOfNothingTakesNoTime() throws IOException {
    Path source = folder.resolve("source.qcow2");
    Command.run("qemu-img", "create", "-q", "-f", "qcow2", source, "1T").ok();
    Command.run("qemu-io", "-f", "qcow2", "-c", "write -q -P 7 700G 70k", source).ok();
    Path target = convert(source, folder.resolve("target.qcow2"));
    assertSame(source, target);
    assertTrue(Files.size(target) < MIB, "" + Files.size(target));
    Path sparse = folder.resolve("sparse.raw");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.setLength(1L << 40);
      file.seek(700L << 30);
      byte[] sevens = new byte[70 << 10];
      Arrays.fill(sevens, (byte) 7);
      file.write(sevens);
    }
    assertSame(source, convert(sparse, folder.resolve("again.qcow2"), "-c"));
    assertSame(source, convert(target, folder.resolve("again.raw")));
  }

  /** Tables for 64 GiB of clusters that hold nothing. */
  @Test
  void preallocatedHolesStayHoles() throws IOException {
    Path source = folder.resolve("source.qcow2");
    Command.run(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-o",
            "preallocation=metadata",
            source,
            "64G")
        .ok();
    Path target = convert(source, folder.resolve("target.qcow2"));
    assertTrue(Files.size(target) < MIB, "" + Files.size(target));
    Command.run("qemu-img", "check", "-q", "-f", "qcow2", target).ok();
  }

  @ParameterizedTest
  @MethodSource("dev.flint.cli.HostileInputIT#disks")
  void refusesWhatImportRefuses(HostileInputIT.Disk hostile) throws IOException {
    demoGuest();
    Path disk = folder.resolve("disk");
    hostile.maker().make(folder, disk);
    Path target = folder.resolve("target.qcow2");
    user.run("convert", disk.toString(), target.toString()).fails(hostile.exit());
    assertNothingIs(target);
  }

  private void demoGuest() throws IOException {
    DemoGuest.writeQcow2(folder.resolve("base.qcow2"), "/hello.so");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qcow2", "qcow2 -c", "vmdk -o subformat=streamOptimized", "vdi"})
  void aCutFileIsRefusedOrWholeForTheGuest(String made) throws IOException {
    Path whole = folder.resolve("whole");
    List<String> words = List.of(("qemu-img convert -f raw -O " + made).split(" ", -1));
    Command.run(Stream.concat(words.stream(), Stream.of(raw, whole)).toArray()).ok();
    byte[] bytes = Files.readAllBytes(whole);
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 12; i++) {
      Path cut = folder.resolve("cut");
      Files.write(cut, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      Path target = folder.resolve("target" + i + ".raw");
      Cli.Result result = user.run("convert", "-f", made.split(" ", -1)[0], "" + cut, "" + target);
      if (result.exit() == 0) {
        assertArrayEquals(guest, Files.readAllBytes(target));
      } else {
        refused++;
        assertNothingIs(target);
      }
    }
    assertTrue(refused > 8, "refused " + refused);
  }

  private Path convert(Path source, Path target, String... options) {
    String[] start = {"convert", source.toString(), target.toString()};
    String[] words = Stream.of(start, options).flatMap(Stream::of).toArray(String[]::new);
    assertEquals(target.toString(), user.run(words).ok());
    return target;
  }

  private static void assertSame(Path source, Path target) {
    Command.run("qemu-img", "compare", "-q", source, target).ok();
    if (target.toString().endsWith(".qcow2")) {
      Command.run("qemu-img", "check", "-q", "-f", "qcow2", target).ok();
    }
  }

  /** What Flint reads of a disk. */
  private byte[] back(Path disk) {
    try {
      return Files.readAllBytes(convert(disk, folder.resolve("back.raw"), "--force"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertNothingIs(Path target) throws IOException {
    assertFalse(Files.exists(target));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.filter(file -> file.toString().contains("partial")).toList());
    }
  }
}
