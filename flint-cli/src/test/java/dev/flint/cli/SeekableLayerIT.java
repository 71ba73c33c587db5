package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import dev.flint.testing.StargzReader;
import dev.flint.testing.StargzReader.StoredFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The layer of an imported disk is an ordinary tar+gzip layer for every tool that knows no more,
 * and an eStargz layer for the library that defines that format.
 */
class SeekableLayerIT {
  private static final String TABLE = "stargz.index.json";
  private static final int MIB = 1 << 20;

  @TempDir static Path shared;
  @TempDir Path folder;

  private static DockerRegistry registry;
  private static List<Layer> layers;
  private static Path store;

  /** A disk and the layer that Flint made of it. */
  record Layer(String name, Path disk, Digest diskDigest, String entry, Stored stored) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Where and how it lies in the store. */
  record Stored(Path blob, Document manifest, Descriptor descriptor) {}

  @BeforeAll
  static void importDisks() throws IOException {
    registry = DockerRegistry.start(shared.resolve("registry"));
    Cli user = new Cli(Files.createDirectory(shared.resolve("user")));
    store = user.store();
    Path raw = shared.resolve("raw");
    writeMixedDisk(raw, 20 * MIB);
    Path odd = shared.resolve("odd");
    writeMixedDisk(odd, 20 * MIB + 333);
    Path qcow2 = shared.resolve("qcow2");
    Command.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, qcow2).ok();
    layers =
        List.of(
            importDisk(user, qcow2, "disk.qemu", "--deflate=auto"),
            importDisk(user, raw, "disk.raw", "--deflate=auto"),
            importDisk(user, odd, "disk.raw", "--deflate=jdk"));
  }

  @AfterAll
  static void stopRegistry() {
    registry.close();
  }

  static List<Layer> layers() {
    return layers;
  }

  private static Layer importDisk(Cli user, Path disk, String entry, String option)
      throws IOException {
    String name = disk.getFileName().toString();
    user.run("import", option, "--disk", disk.toString(), name + ":1").ok();
    try (OciLayout layout = OciLayout.openOrCreate(store)) {
      Document manifest =
          layout.document(new LayoutImages(layout).require(Reference.parse(name + ":1")));
      Descriptor layer = Manifest.of(manifest).layers().get(0);
      Stored stored = new Stored(layout.require(layer).file(), manifest, layer);
      return new Layer(name, disk, digest(disk), entry, stored);
    }
  }

  /** What disks hold: noise, text, zeros written and never written, and one thing twice. */
  private static void writeMixedDisk(Path file, long size) throws IOException {
    byte[] noise = new byte[3 * MIB];
    new Random(11).nextBytes(noise);
    byte[] text =
        Stream.iterate(0, n -> n + 1)
            .limit(150_000)
            .map(n -> "line " + n + " of a log that compresses well\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.US_ASCII);
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.write("boot".getBytes(StandardCharsets.US_ASCII));
      disk.seek(MIB + 12_345);
      disk.write(noise);
      disk.write(text, 0, 4 * MIB);
      disk.write(new byte[2 * MIB]);
      disk.write(noise);
      disk.setLength(size);
      disk.seek(size - 1);
      disk.write(7);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void anEstargzReaderVerifiesEveryChunkAndReadsTheDisk(Layer layer) throws IOException {
    StargzReader reader = StargzReader.build(folder);
    List<StoredFile> files = reader.read(layer.stored.blob, tableDigest(layer));
    int chunks = files.get(0).chunks();
    assertTrue(chunks > 20, "chunks: " + chunks);
    assertEquals(
        List.of(new StoredFile(layer.entry, Files.size(layer.disk), layer.diskDigest, chunks)),
        files);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void anEstargzReaderRefusesAFlippedBitInAnyThird(Layer layer) throws IOException {
    StargzReader reader = StargzReader.build(folder);
    Path damaged = folder.resolve("damaged");
    Files.copy(layer.stored.blob, damaged);
    try (FileChannel file =
        FileChannel.open(damaged, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (int sixth = 1; sixth < 6; sixth += 2) {
        flip(file, file.size() * sixth / 6);
        assertEquals(1, reader.tryToRead(damaged, tableDigest(layer)).exit(), "sixth " + sixth);
        flip(file, file.size() * sixth / 6);
      }
    }
    reader.read(damaged, tableDigest(layer));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gzipFindsNothingWrongAndNothingBehindTheLastMember(Layer layer) throws IOException {
    Path named = Files.copy(layer.stored.blob, folder.resolve("layer.gz"));
    Command.Result result = Command.run("gzip", "-t", named).ok();
    assertEquals("", result.err());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void tarListsTheDiskAndThenTheTable(Layer layer) throws IOException {
    Command.Result listed = Command.run("tar", "-tvf", layer.stored.blob).ok();
    assertEquals("", listed.err());
    List<String[]> lines = listed.out().lines().map(line -> line.split(" +")).toList();
    assertEquals(
        List.of(layer.entry, TABLE), lines.stream().map(words -> words[words.length - 1]).toList());
    assertEquals(
        List.of("-rw-r--r--", "-rw-r--r--"), lines.stream().map(words -> words[0]).toList());
    assertEquals(Files.size(layer.disk), Long.parseLong(lines.get(0)[2]));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void tarExtractsTheDiskAndTheTableOfTheAnnotation(Layer layer) throws IOException {
    Command.run("tar", "-C", folder, "-xf", layer.stored.blob).ok();
    assertEquals(-1, Files.mismatch(layer.disk, folder.resolve(layer.entry)));
    assertEquals(tableDigest(layer), digest(folder.resolve(TABLE)));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void umociUnpacksTheDisk(Layer layer) throws IOException {
    Path bundle = folder.resolve("bundle");
    String image = store + ":" + inStore(layer);
    Command.run("umoci", "unpack", "--rootless", "--image", image, bundle).ok();
    assertHoldsTheDisk(layer, bundle.resolve("rootfs"));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void umociUnpacksTheDiskWithoutABundle(Layer layer) throws IOException {
    Path raw = folder.resolve("raw");
    String image = store + ":" + inStore(layer);
    Command.run("umoci", "raw", "unpack", "--rootless", "--image", image, raw).ok();
    assertHoldsTheDisk(layer, raw);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void skopeoCarriesItThroughADockerArchiveAndFlintStillReadsIt(Layer layer) throws IOException {
    String archive = "docker-archive:" + folder.resolve("archive.tar");
    Command.run("skopeo", "copy", "oci:" + store + ":" + inStore(layer), archive + ":x:1").ok();
    Path unpacked = Files.createDirectory(folder.resolve("archive"));
    Command.run("tar", "-C", unpacked, "-xf", folder.resolve("archive.tar")).ok();
    Digest diffId = diffId(layer);
    assertEquals(diffId, digest(unpacked.resolve(diffId.encoded() + ".tar")));

    String reference = registry.host() + "/archive/" + layer.name + ":1";
    Command.run("skopeo", "copy", "--dest-tls-verify=false", archive, "docker://" + reference).ok();
    assertFlintUnpacks(layer, reference);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void skopeoAndARegistryKeepItsDigests(Layer layer) throws IOException {
    String reference = registry.host() + "/kept/" + layer.name + ":1";
    Command.run(
            "skopeo",
            "copy",
            "--preserve-digests",
            "--dest-tls-verify=false",
            "oci:" + store + ":" + inStore(layer),
            "docker://" + reference)
        .ok();
    Path back = folder.resolve("back");
    Command.run(
            "skopeo",
            "copy",
            "--preserve-digests",
            "--src-tls-verify=false",
            "docker://" + reference,
            "oci:" + back + ":x")
        .ok();
    Descriptor descriptor = layer.stored.descriptor;
    for (Digest digest : List.of(layer.stored.manifest.digest(), descriptor.digest())) {
      assertEquals(digest, digest(back.resolve("blobs/sha256").resolve(digest.encoded())));
    }
    assertFlintUnpacks(layer, reference);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void theDiffIdIsWhatGzipUnpacks(Layer layer) throws IOException {
    Path tar = folder.resolve("layer.tar");
    Command.run("sh", "-c", "gzip -dc '" + layer.stored.blob + "' >'" + tar + "'").ok();
    assertEquals(digest(tar), diffId(layer));
  }

  private void assertHoldsTheDisk(Layer layer, Path root) throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      assertEquals(
          Set.of(layer.entry, TABLE),
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
    }
    assertEquals(-1, Files.mismatch(layer.disk, root.resolve(layer.entry)));
  }

  private void assertFlintUnpacks(Layer layer, String reference) throws IOException {
    Cli device = new Cli(Files.createDirectory(folder.resolve("device")));
    device.run("pull", reference).ok();
    Path disk = folder.resolve("disk");
    device.run("unpack", reference, "--to", disk.toString()).ok();
    assertEquals(-1, Files.mismatch(layer.disk, disk));
  }

  private static String inStore(Layer layer) {
    return layer.name + ":1";
  }

  private static Digest tableDigest(Layer layer) throws IOException {
    return Digest.parse(
        layer
            .stored
            .descriptor
            .annotation("containerd.io/snapshot/stargz/toc.digest")
            .orElseThrow());
  }

  private static Digest diffId(Layer layer) throws IOException {
    String config =
        Command.run("skopeo", "inspect", "--config", "--raw", "oci:" + store + ":" + inStore(layer))
            .ok()
            .out();
    JsonObject json = JsonObject.parse(config.getBytes(StandardCharsets.UTF_8), "config");
    return Digest.parse(json.object("rootfs").orElseThrow().strings("diff_ids").get(0));
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest hasher = Digest.sha256Hasher();
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer buffer = ByteBuffer.allocate(MIB);
      while (channel.read(buffer.clear()) >= 0) {
        hasher.update(buffer.flip());
      }
    }
    return Digest.of(hasher.digest());
  }

  private static void flip(FileChannel file, long at) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    file.read(one, at);
    file.write(one.put(0, (byte) (one.get(0) ^ 1)).flip(), at);
  }
}
