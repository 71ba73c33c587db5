package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Digest;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input: one line, the right exit code, nothing stored. */
class HostileInputIT {
  @TempDir Path folder;
  private Cli user;
  private Path base;

  @BeforeEach
  void user() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    base = folder.resolve("base.qcow2");
    DemoGuest.writeQcow2(base, "/hello.so");
  }

  /** A disk, how it is made in a folder with {@code base.qcow2}, and how it is refused. */
  record Disk(String name, int exit, Maker maker) {
    interface Maker {
      void make(Path folder, Path disk) throws IOException;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Disk> disks() {
    return Stream.of(
        new Disk(
            "backing file", 10, (f, d) -> create(d, "-F", "qcow2", "-b", f.resolve("base.qcow2"))),
        new Disk("backing json", 10, (f, d) -> backing(d, "json:{\"driver\":\"null-co\"}")),
        new Disk("backing nbd", 10, (f, d) -> backing(d, "nbd://127.0.0.1/x")),
        new Disk("backing device", 10, (f, d) -> backing(d, "/dev/sda")),
        new Disk(
            "data file", 10, (f, d) -> create(d, "-o", "data_file=" + f.resolve("data.raw"), "1M")),
        new Disk("encrypted", 9, (f, d) -> patch(f, d, 32, 2)),
        new Disk("snapshots", 9, (f, d) -> patch(f, d, 60, 1)),
        new Disk("version 4", 9, (f, d) -> patch(f, d, 4, 4)),
        new Disk("cluster bits 40", 8, (f, d) -> patch(f, d, 20, 40)),
        new Disk("corrupt bit", 8, (f, d) -> patch(f, d, 76, 2)),
        new Disk("unknown feature", 9, (f, d) -> patch(f, d, 76, 64)),
        new Disk("truncated", 8, (f, d) -> Files.write(d, head(f, 90))),
        new Disk(
            "vmdk descriptor",
            10,
            (f, d) ->
                Files.writeString(
                    d,
                    "# Disk DescriptorFile\nversion=1\nRW 1 FLAT \"/etc/shadow\" 0\n",
                    StandardCharsets.UTF_8)),
        new Disk("vmdk flat", 10, (f, d) -> vmdk(d, "monolithicFlat")),
        new Disk("vmdk split", 10, (f, d) -> vmdk(d, "twoGbMaxExtentSparse")),
        new Disk("vhdx", 9, (f, d) -> image(d, "vhdx")),
        new Disk("luks", 9, (f, d) -> Files.write(d, bytes("LUKS\u00ba\u00be\0\1", 4096))),
        new Disk("elf", 9, (f, d) -> Files.write(d, bytes("\u007fELF", 4096))),
        new Disk("gzip", 9, (f, d) -> Files.write(d, bytes("\u001f\u008b\b", 4096))),
        new Disk("empty", 9, (f, d) -> Files.write(d, new byte[0])));
  }

  @ParameterizedTest
  @MethodSource("disks")
  void aHostileOrForeignDiskIsRefusedBeforeAnythingIsStored(Disk hostile) throws IOException {
    Path disk = folder.resolve("disk");
    hostile.maker().make(folder, disk);
    user.run("import", "--disk", disk.toString(), "x:1").fails(hostile.exit());
    assertNothingStored();

    user.addToCapstan("demo/x", disk, ".qemu");
    user.run("import", "demo/x").fails(hostile.exit());
    assertNothingStored();
  }

  private static void create(Path disk, Object... options) {
    Object[] start = {"qemu-img", "create", "-q", "-f", "qcow2"};
    Object[] argv = Stream.of(start, options).flatMap(Stream::of).toArray();
    // The size comes last, the file before it.
    boolean sized = options[options.length - 1].equals("1M");
    List<Object> words = new ArrayList<>(List.of(argv));
    words.add(sized ? words.size() - 1 : words.size(), disk);
    Command.run(words.toArray()).ok();
  }

  private static void backing(Path disk, String name) {
    Command.run(
            "qemu-img", "create", "-q", "-f", "qcow2", "-u", "-F", "raw", "-b", name, disk, "1M")
        .ok();
  }

  private static void vmdk(Path disk, String subformat) {
    Command.run(
            "qemu-img", "create", "-q", "-f", "vmdk", "-o", "subformat=" + subformat, disk, "1M")
        .ok();
  }

  private static void image(Path disk, String format) {
    Command.run("qemu-img", "create", "-q", "-f", format, disk, "1M").ok();
  }

  private static void patch(Path folder, Path disk, long offset, int value) throws IOException {
    Files.copy(folder.resolve("base.qcow2"), disk);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek(offset);
      file.writeInt(value);
    }
  }

  private static byte[] head(Path folder, int length) throws IOException {
    return Arrays.copyOf(Files.readAllBytes(folder.resolve("base.qcow2")), length);
  }

  private static byte[] bytes(String start, int length) {
    return Arrays.copyOf(start.getBytes(StandardCharsets.ISO_8859_1), length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "/x", "a/../../x", "..", "a//b", "", "-x/y", ".hidden", "a\u0007b"})
  void aNameThatLeadsOutOfTheRepositoryIsRefused(String name) throws IOException {
    user.run("import", "--", name).fails(2);
    assertNothingStored();
    user.run("import", "--disk", base.toString(), "ok:1").ok();
    user.run("unpack", "ok:1", "--to-capstan=" + name).fails(2);
    assertFalse(Files.exists(user.capstanImage("x")));
  }

  @Test
  void aLinkOutOfTheRepositoryIsRefused() throws IOException {
    Path image = Files.createDirectories(user.capstanImage("link"));
    Files.createSymbolicLink(image.resolve("link.qemu"), base);
    user.run("import", "link").fails(10);
    assertNothingStored();
  }

  /** What a registry can do to a stored blob, and how the pull of it fails. */
  record Damage(String name, int exit, Doer doer) {
    interface Doer {
      void damage(Path blob) throws IOException;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Damage> damages() {
    return Stream.of(
        new Damage("one bit", 8, HostileInputIT::flip),
        new Damage("shorter", 8, blob -> Files.write(blob, cut(blob))),
        new Damage("longer", 8, blob -> Files.write(blob, new byte[1], StandardOpenOption.APPEND)),
        new Damage("gone", 4, Files::delete));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aDamagedBlobOfARealRegistryIsNotKept(Damage damage) throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
      String reference = registry.host() + "/damaged/x:1";
      user.run("import", "--disk", base.toString(), reference).ok();
      user.run("push", reference).ok();
      String json = user.run("inspect", reference, "--json").ok();
      Digest layer =
          Digest.parse(
              json.replaceAll("(?s).*\"layers\" : \\[ \\{.*?\"digest\" : \"([^\"]*)\".*", "$1"));
      damage.doer().damage(blobFile(layer));

      Cli device = new Cli(Files.createDirectory(folder.resolve("device")));
      device.run("pull", reference).fails(damage.exit());
      assertEquals("", device.run("images", "-q").ok());
      assertFalse(Files.exists(device.store().resolve("blobs/sha256").resolve(layer.encoded())));
    }
  }

  /** Where docker-registry keeps a blob. */
  private Path blobFile(Digest digest) {
    return folder
        .resolve("registry/data/docker/registry/v2/blobs/sha256")
        .resolve(digest.encoded().substring(0, 2))
        .resolve(digest.encoded())
        .resolve("data");
  }

  private static void flip(Path blob) throws IOException {
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);
  }

  private static byte[] cut(Path blob) throws IOException {
    byte[] bytes = Files.readAllBytes(blob);
    return Arrays.copyOf(bytes, bytes.length - 1);
  }

  /** E19. */
  @Test
  void aBlobDamagedInTheLocalStoreIsFoundOnUse() throws IOException {
    user.run("import", "--disk", base.toString(), "x:1").ok();
    String json = user.run("inspect", "x:1", "--json").ok();
    Digest layer =
        Digest.parse(
            json.replaceAll("(?s).*\"layers\" : \\[ \\{.*?\"digest\" : \"([^\"]*)\".*", "$1"));
    flip(user.store().resolve("blobs/sha256").resolve(layer.encoded()));
    user.run("unpack", "x:1", "--to", folder.resolve("out").toString()).fails(8);
    assertFalse(Files.exists(folder.resolve("out")));
  }

  private void assertNothingStored() throws IOException {
    if (!Files.exists(user.store())) {
      return;
    }
    try (Stream<Path> files = Files.walk(user.store().resolve("blobs"))) {
      assertEquals(List.of(), files.filter(Files::isRegularFile).toList());
    }
  }
}
