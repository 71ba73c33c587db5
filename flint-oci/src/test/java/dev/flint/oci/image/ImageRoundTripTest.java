package dev.flint.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Platform;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.TestDisks;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.Failures;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ImageRoundTripTest {
  private static final byte[] GUEST = TestDisks.guest(42, 3 << 20);
  private static final Platform AMD64 = new Platform("linux", "amd64", "");
  private static final long ROOMY = 1 << 30;

  @TempDir private Path temp;
  private OciLayout layout;

  @BeforeEach
  void open() throws IOException {
    layout = OciLayout.openOrCreate(temp.resolve("store"));
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private DiskInfo unpackTo(Path file, DiskImage image, long cap, ProgressListener listener)
      throws IOException {
    Files.deleteIfExists(file);
    try (FileChannel target = TestDisks.open(file)) {
      return TestImages.unpacker(layout, cap).unpack(image, target, listener);
    }
  }

  private byte[] unpack(Document manifest) throws IOException {
    Path file = temp.resolve("out");
    unpackTo(file, DiskImage.of(layout, manifest), ROOMY, ProgressListener.NONE);
    return Files.readAllBytes(file);
  }

  private static byte[] shortened(byte[] bytes) {
    return java.util.Arrays.copyOf(bytes, bytes.length - 1);
  }

  static Stream<Arguments> disks() {
    return Stream.of(
        Arguments.of(DiskFormat.QCOW2, TestDisks.qcow2(2, GUEST)),
        Arguments.of(DiskFormat.QCOW2, TestDisks.qcow2(3, GUEST)),
        Arguments.of(DiskFormat.RAW, GUEST),
        Arguments.of(DiskFormat.RAW, shortened(GUEST)),
        Arguments.of(DiskFormat.RAW, new byte[5 << 20]),
        Arguments.of(DiskFormat.RAW, new byte[] {7}),
        Arguments.of(DiskFormat.VDI, TestDisks.vdi(GUEST)),
        Arguments.of(DiskFormat.VMDK, TestDisks.vmdk(false, GUEST)),
        Arguments.of(DiskFormat.VMDK, TestDisks.vmdk(true, GUEST)));
  }

  @ParameterizedTest
  @MethodSource("disks")
  void givesBackEveryByteOf(DiskFormat format, byte[] disk) throws IOException {
    Document manifest = TestImages.pack(layout, "r.io/x:1", disk);
    Path file = temp.resolve("out");
    List<ProgressEvent> events = new ArrayList<>();
    DiskImage image = DiskImage.of(layout, manifest);
    DiskInfo info = unpackTo(file, image, ROOMY, events::add);
    assertEquals(format, info.format());
    assertEquals(disk.length, info.fileSize());
    assertArrayEquals(disk, Files.readAllBytes(file));

    Descriptor layer = image.layer();
    assertEquals(new ProgressEvent.Started(layer.digest().toString(), layer.size()), events.get(0));
    assertEquals(
        new ProgressEvent.Finished(layer.digest().toString(), ProgressEvent.Outcome.DONE),
        events.get(events.size() - 1));
    long bytes = 0;
    for (ProgressEvent event : events) {
      bytes += event instanceof ProgressEvent.Advanced step ? step.bytes() : 0;
    }
    assertEquals(layer.size(), bytes);
  }

  @Test
  void twoStoresGiveEqualManifestsOfEqualDisks() throws IOException {
    byte[] disk = TestDisks.qcow2(3, GUEST);
    Document first = TestImages.pack(layout, "r.io/x:1", disk);
    try (OciLayout other = OciLayout.openOrCreate(temp.resolve("elsewhere"))) {
      Document second = TestImages.pack(other, "other.example/y:2", disk);
      assertEquals(first.digest(), second.digest());
      assertArrayEquals(first.bytes(), second.bytes());
    }
  }

  /** The members in their order, as docs/format.md has them. */
  @Test
  void theConfigAndManifestAreAsSpecified() throws IOException {
    byte[] disk = TestDisks.qcow2(3, GUEST);
    Path file = Files.write(temp.resolve("disk"), disk);
    Document manifest;
    try (FileChannel channel = FileChannel.open(file)) {
      DiskInfo info = DiskProbe.probe(channel, "disk");
      ImageDraft draft =
          new ImageDraft(
              "osv",
              "qemu",
              new Platform("linux", "arm64", ""),
              List.of("--verbose", "/hello", "a\"b"),
              List.of("B=2", "A=1"),
              "/work",
              List.of("8080/tcp", "53/udp", "8080/tcp"),
              OptionalLong.of(256),
              OptionalInt.of(2),
              Map.of(
                  "z", "1", "a", "2", "feather.backend", "spoofed", "dev.flint.disk.digest", "x"),
              Map.of("dev.flint.capstan.version", "1", "feather.runtime", "spoofed"),
              Instant.parse("2026-01-02T03:04:05Z"),
              true);
      manifest =
          TestImages.assembler(layout)
              .assemble(channel, at -> 0, info, draft, ProgressListener.NONE);
    }
    DiskImage image = DiskImage.of(layout, manifest);
    Descriptor layer = image.layer();
    String diskDigest = Digest.sha256(disk).toString();
    String config = new String(layout.read(Manifest.of(manifest).config()), UTF_8);
    assertEquals(
        """
        {"created":"2026-01-02T03:04:05Z","architecture":"arm64","os":"linux",
        "feather.backend":"osv","feather.runtime":"qemu",
        "fledge.backend":"osv","fledge.hypervisor":"qemu",
        "config":{"ExposedPorts":{"53/udp":{},"8080/tcp":{}},"Env":["B=2","A=1"],
        "Cmd":["--verbose","/hello","a\\"b"],"WorkingDir":"/work",
        "Labels":{"a":"2","dev.flint.disk.digest":"%s","dev.flint.disk.format":"qcow2",
        "dev.flint.disk.virtual-size":"%d","feather.backend":"osv","feather.cpus":"2",
        "feather.memory":"256","feather.runtime":"qemu","z":"1"}},
        "rootfs":{"type":"layers","diff_ids":["%s"]},
        "history":[{"created":"2026-01-02T03:04:05Z","created_by":"flint import"}]}
        """
            .formatted(diskDigest, GUEST.length, image.diffId())
            .replace("\n", ""),
        config);
    assertEquals(
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json",
        "digest":"%s","size":%d},
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",
        "digest":"%s","size":%d,"annotations":{
        "containerd.io/snapshot/stargz/toc.digest":"%s","dev.flint.disk.digest":"%s",
        "dev.flint.disk.format":"qcow2","dev.flint.disk.virtual-size":"%d",
        "dev.flint.layer.encoder":"%s"}}],
        "annotations":{"dev.flint.capstan.version":"1","feather.backend":"osv",
        "feather.runtime":"qemu","org.opencontainers.image.created":"2026-01-02T03:04:05Z"}}
        """
            .formatted(
                Digest.sha256(config.getBytes(UTF_8)),
                config.length(),
                layer.digest(),
                layer.size(),
                layer.annotation("containerd.io/snapshot/stargz/toc.digest").orElseThrow(),
                diskDigest,
                GUEST.length,
                layer.annotation("dev.flint.layer.encoder").orElseThrow())
            .replace("\n", ""),
        new String(manifest.bytes(), UTF_8));
  }

  @Test
  void writesTheLegacyKeysOnlyWhenAsked() throws IOException {
    Path file = Files.write(temp.resolve("disk"), GUEST);
    try (FileChannel channel = FileChannel.open(file)) {
      DiskInfo info = DiskProbe.probe(channel, "disk");
      ImageDraft full = TestImages.draft(info);
      ImageDraft draft =
          new ImageDraft(
              full.backend(),
              full.runtime(),
              full.platform(),
              List.of(),
              List.of(),
              "",
              List.of(),
              OptionalLong.empty(),
              OptionalInt.empty(),
              Map.of(),
              Map.of(),
              Instant.EPOCH,
              false);
      Document manifest =
          TestImages.assembler(layout)
              .assemble(channel, at -> 0, info, draft, ProgressListener.NONE);
      JsonObject config = JsonObject.parse(layout.read(Manifest.of(manifest).config()), "config");
      assertEquals(
          List.of(
              "created",
              "architecture",
              "os",
              "feather.backend",
              "feather.runtime",
              "config",
              "rootfs",
              "history"),
          config.names());
      assertEquals(List.of("Labels"), config.object("config").orElseThrow().names());
      assertTrue(!layout.index().entries().contains(manifest.descriptor()), "it is not named yet");
    }
  }

  // What others made, and what is wrong with it.

  private static byte[] tar(byte[] disk) {
    return new TarBytes().file("disk.qemu", disk).ended();
  }

  private Document image(byte[] tar, JsonObject config) throws IOException {
    return TestImages.handMade(layout, MediaType.OCI_LAYER_GZIP, TestImages.gzip(tar), config);
  }

  private static JsonObject labelled(byte[] tar, String key, String value) {
    JsonObject labels = JsonObject.empty().withMap("Labels", Map.of(key, value));
    return TestImages.config(Digest.sha256(tar)).with("config", labels);
  }

  @Test
  void unpacksAnImageThatAnnouncesNothing() throws IOException {
    byte[] disk = TestDisks.qcow2(2, GUEST);
    byte[] tar = new TarBytes().file("some/where/x.qemu", disk).file("README", GUEST).ended();
    assertArrayEquals(disk, unpack(image(tar, TestImages.config(Digest.sha256(tar)))));
    Document plain =
        TestImages.handMade(
            layout, MediaType.OCI_LAYER_TAR, tar, TestImages.config(Digest.sha256(tar)));
    assertArrayEquals(disk, unpack(plain));
  }

  /** U4: integrity. */
  @Test
  void refusesADiskOtherThanAnnounced() throws IOException {
    byte[] tar = tar(GUEST);
    Document right =
        image(tar, labelled(tar, "dev.flint.disk.digest", Digest.sha256(GUEST).toString()));
    assertArrayEquals(GUEST, unpack(right));
    Document wrong =
        image(tar, labelled(tar, "dev.flint.disk.digest", Digest.sha256(tar).toString()));
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(wrong));
    Document malformed = image(tar, labelled(tar, "dev.flint.disk.digest", "sha256:../x"));
    Failures.expect(ErrorCode.PROTOCOL, () -> unpack(malformed));
    Document uncheckable = image(tar, labelled(tar, "dev.flint.disk.digest", "blake3:00"));
    Failures.expect(ErrorCode.UNSUPPORTED, () -> unpack(uncheckable));
  }

  @Test
  void refusesAFormatOtherThanAnnounced() throws IOException {
    byte[] qcow2 = tar(TestDisks.qcow2(3, GUEST));
    byte[] raw = tar(GUEST);
    Document masked = image(qcow2, labelled(qcow2, "dev.flint.disk.format", "raw"));
    Failures.expect(ErrorCode.POLICY, () -> unpack(masked));
    Document lie = image(raw, labelled(raw, "dev.flint.disk.format", "qcow2"));
    Failures.expect(ErrorCode.UNSUPPORTED, () -> unpack(lie));
    Document unknown = image(raw, labelled(raw, "dev.flint.disk.format", "../../x"));
    Failures.expect(ErrorCode.UNSUPPORTED, () -> unpack(unknown));
  }

  @Test
  void refusesADiskThatIsNotSafe() throws IOException {
    byte[] backing = TestDisks.qcow2(3, GUEST);
    backing[15] = 1;
    backing[19] = 8;
    byte[] tar = tar(backing);
    Document image = image(tar, TestImages.config(Digest.sha256(tar)));
    Failures.expect(ErrorCode.POLICY, () -> unpack(image));
  }

  /** C17. */
  @Test
  void refusesAWrongDiffId() throws IOException {
    Document wrong = image(tar(GUEST), TestImages.config(Digest.sha256(GUEST)));
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(wrong));
    JsonObject two =
        JsonObject.empty()
            .with(
                "rootfs",
                JsonObject.empty()
                    .withStrings(
                        "diff_ids",
                        List.of(Digest.sha256(GUEST).toString(), Digest.sha256(GUEST).toString())));
    Document miscounted = image(tar(GUEST), two);
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(miscounted));
    Document none = image(tar(GUEST), JsonObject.empty());
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(none));
  }

  @Test
  void refusesALayerThatWasDamagedInTheStore() throws IOException {
    Document manifest = TestImages.pack(layout, "r.io/x:1", GUEST);
    Path blob = layout.require(DiskImage.of(layout, manifest).layer()).file();
    byte[] bytes = Files.readAllBytes(blob);
    for (int at : new int[] {4, bytes.length / 2, bytes.length - 1}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 1;
      Files.write(blob, damaged);
      Failures.expect(ErrorCode.INTEGRITY, () -> unpack(manifest));
      assertFalse(Files.exists(blob), "kept, so that a pull would not fetch it again");
    }
    Files.write(blob, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    Failures.expect(ErrorCode.INTEGRITY, () -> unpack(manifest));
    Files.deleteIfExists(blob);
    Failures.expect(ErrorCode.NOT_FOUND, () -> unpack(manifest));
  }

  /** C16. */
  @Test
  void refusesALayerOfAnotherKindOrNumber() throws IOException {
    byte[] tar = tar(GUEST);
    for (String type :
        List.of(
            "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
            "application/vnd.wasm.content.layer.v1+wasm")) {
      Document image =
          TestImages.handMade(
              layout, new MediaType(type), tar, TestImages.config(Digest.sha256(tar)));
      Failures.expect(ErrorCode.UNSUPPORTED, () -> unpack(image));
    }
    Descriptor config = TestImages.store(layout, MediaType.OCI_CONFIG, "{}".getBytes(UTF_8));
    Descriptor layer = TestImages.store(layout, MediaType.OCI_LAYER_TAR, tar);
    for (List<Descriptor> layers : List.of(List.<Descriptor>of(), List.of(layer, layer))) {
      Document image = Manifest.create(config, layers, Map.of());
      layout.put(image);
      Failures.expect(ErrorCode.UNSUPPORTED, () -> unpack(image));
    }
  }

  @Test
  void refusesMoreThanTheCap() throws IOException {
    Document manifest = TestImages.pack(layout, "r.io/x:1", GUEST);
    DiskImage image = DiskImage.of(layout, manifest);
    List<ProgressEvent> events = new ArrayList<>();
    Failures.expect(
        ErrorCode.POLICY, () -> unpackTo(temp.resolve("out"), image, GUEST.length, events::add));
    assertEquals(
        new ProgressEvent.Finished(image.layer().digest().toString(), ProgressEvent.Outcome.FAILED),
        events.get(events.size() - 1));
  }

  /** C14: without a match, and too deep. */
  @Test
  void readsTheImageOfAPlatformFromNestedIndexes() throws IOException {
    Document amd64 = TestImages.pack(layout, "r.io/x:1", GUEST);
    Document other = TestImages.pack(layout, "r.io/y:1", shortened(GUEST));
    Document index =
        ImageIndex.create(
            List.of(
                TestImages.entry(other, "linux", "s390x"),
                TestImages.entry(amd64, "linux", "amd64")));
    layout.put(index);
    assertEquals(amd64, DiskImage.read(layout, index.descriptor(), AMD64).manifest().document());
    Failures.expect(
        ErrorCode.NOT_FOUND,
        () -> DiskImage.read(layout, index.descriptor(), new Platform("linux", "arm64", "")));

    Document nested = index;
    for (int depth = 1; depth < 10; depth++) {
      nested = ImageIndex.create(List.of(TestImages.entry(nested, "linux", "amd64")));
      layout.put(nested);
      Descriptor entry = nested.descriptor();
      if (depth < 4) {
        assertEquals(amd64, DiskImage.read(layout, entry, AMD64).manifest().document());
      } else {
        Failures.expect(ErrorCode.POLICY, () -> DiskImage.read(layout, entry, AMD64));
      }
    }
  }
}
