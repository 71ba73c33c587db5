package dev.flint.oci.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.LayoutVersion;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.ReferrerSource;
import dev.flint.testing.Failures;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that are not what they should be. */
final class HostileArchiveTest {
  private static final byte[] NOTHING = new byte[0];

  @TempDir private Path folder;

  private void refusesLayout(ErrorCode code, byte[] archive) {
    Failures.expect(code, () -> copy(TestArchive.openLayout(folder, archive)));
  }

  private void refusesEither(ErrorCode code, byte[] archive) {
    Failures.expect(code, () -> copy(TestArchive.open(folder, archive)));
  }

  /** Copies the image into a layout; whatever fails, the layout lists nothing. */
  private Document copy(ImageBundle bundle) throws IOException {
    try (bundle;
        OciLayout layout = OciLayout.openOrCreate(folder.resolve("out"))) {
      try {
        Document root = bundle.manifest(bundle.choose(Optional.empty()).root());
        return new ImageCopy(
                bundle, new LayoutTarget(layout, Optional.of("copy")), ProgressListener.NONE)
            .copy(root, Optional.empty(), ReferrerSource.NONE);
      } catch (IOException e) {
        assertEquals(List.of(), layout.index().entries());
        throw e;
      }
    }
  }

  @Test
  void readsASoundOne() throws IOException {
    assertEquals(
        TestArchive.IMAGE, copy(TestArchive.openLayout(folder, TestArchive.layout().ended())));
  }

  /** E1. */
  @ParameterizedTest(name = "E1. {0}")
  @ValueSource(
      strings = {
        "../x",
        "/x",
        "a/../../x",
        "C:\\x",
        "..\\x",
        "C:x",
        "a//b",
        "",
        ".",
        "./.",
        "x/.",
        "./../x",
        "././index.json",
        "blobs/./sha256/x",
        "a\u0001b",
        "blobs/sha256/"
      })
  void refusesUnsafeNames(String name) throws IOException {
    byte[] archive = TestArchive.layout().entry('0', name, "", NOTHING).ended();
    refusesLayout(ErrorCode.POLICY, archive);
    refusesEither(ErrorCode.POLICY, archive);
  }

  /** E1. */
  @Test
  void refusesANameOfFiveThousandCharacters() throws IOException {
    refusesLayout(
        ErrorCode.POLICY,
        TestArchive.layout().pax('x', "path", "a".repeat(5000)).file("a", NOTHING).ended());
  }

  /** E1: global headers add up in the tar reader's memory. */
  @Test
  void refusesEndlessGlobalHeaders() throws IOException {
    TarBytes archive = TestArchive.layout();
    for (int i = 0; i < 50; i++) {
      archive.pax('g', "key" + i, "v".repeat(900_000)).file("f" + i, NOTHING);
    }
    refusesLayout(ErrorCode.POLICY, archive.ended());
  }

  /** E2. */
  @ParameterizedTest(name = "E2. type {0}")
  @ValueSource(chars = {'1', '2', '3', '4', '6', 'S', 'Z'})
  void refusesWhatIsNeitherFileNorFolder(char type) throws IOException {
    refusesLayout(
        ErrorCode.POLICY, TestArchive.layout().entry(type, "x", "index.json", NOTHING).ended());
  }

  /** E2. */
  @Test
  void refusesAPaxHeaderThatRenamesAFile() throws IOException {
    refusesLayout(
        ErrorCode.POLICY,
        TestArchive.layout().pax('x', "path", "../x").file("innocent", NOTHING).ended());
  }

  /** E2: an old docker save has links; a layer must not be one. */
  @Test
  void neverFollowsALinkOfADockerArchive() throws IOException {
    String manifest = "[{\"Config\":\"c\",\"Layers\":[]}]";
    TarBytes linked =
        new TarBytes()
            .file("real", TestArchive.CONFIG)
            .entry('2', "c", "real", NOTHING)
            .file("manifest.json", manifest.getBytes(UTF_8));
    refusesEither(ErrorCode.INTEGRITY, linked.ended());
    refusesEither(
        ErrorCode.POLICY,
        TestArchive.docker(TestArchive.LAYER).entry('3', "d", "", NOTHING).ended());
  }

  /** E4. */
  @ParameterizedTest(name = "E4. {0}")
  @ValueSource(strings = {"index.json", "./index.json", "oci-layout"})
  void refusesAFileThatIsThereTwice(String name) throws IOException {
    refusesLayout(ErrorCode.POLICY, TestArchive.layout().file(name, "{}".getBytes(UTF_8)).ended());
  }

  static Stream<Arguments> brokenTars() throws IOException {
    byte[] sound = TestArchive.layout().ended();
    byte[] badSum = sound.clone();
    badSum[0] ^= 1;
    byte[] junk = Arrays.copyOf(sound, sound.length + 512);
    junk[junk.length - 1] = 1;
    byte[] junkWithin = Arrays.copyOf(sound, sound.length + 20 * 512);
    junkWithin[sound.length + 700] = 1;
    return Stream.of(
        Arguments.of("in a header", Arrays.copyOf(sound, 300)),
        Arguments.of("in data", Arrays.copyOf(sound, 600)),
        Arguments.of("in the last file", Arrays.copyOf(sound, sound.length - 1024 - 400)),
        Arguments.of("no end blocks", Arrays.copyOf(sound, sound.length - 1024)),
        Arguments.of("one end block", Arrays.copyOf(sound, sound.length - 512)),
        Arguments.of("bad checksum", badSum),
        Arguments.of("bytes after the end", junk),
        Arguments.of("bytes within the last record", junkWithin));
  }

  /** E5. */
  @ParameterizedTest(name = "E5. {0}")
  @MethodSource("brokenTars")
  void refusesABrokenTar(String what, byte[] archive) {
    refusesLayout(ErrorCode.INTEGRITY, archive);
  }

  /** E5. */
  @Test
  void takesPaddingOfZeros() throws IOException {
    byte[] sound = TestArchive.layout().ended();
    copy(TestArchive.openLayout(folder, Arrays.copyOf(sound, sound.length + 8192)));
  }

  @Test
  void refusesMoreEntriesThanAnyArchiveHas() {
    TarBytes many = new TarBytes();
    for (int i = 0; i < 100_000; i++) {
      many.bytes(TarBytes.header('0', "f" + i, "", 0));
    }
    refusesLayout(ErrorCode.POLICY, many.ended());
  }

  @Test
  void refusesHeadersWithoutEnd() throws IOException {
    refusesLayout(
        ErrorCode.POLICY,
        TestArchive.layout()
            .pax('x', "comment", "c".repeat(2 << 20))
            .file("innocent", NOTHING)
            .ended());
  }

  /** E20. */
  @Test
  void refusesAnArchiveWithoutLayoutFileOrIndexOrOfAnotherVersion() throws IOException {
    refusesLayout(
        ErrorCode.PROTOCOL, TestArchive.blobs().file("index.json", TestArchive.index()).ended());
    refusesLayout(
        ErrorCode.PROTOCOL,
        TestArchive.blobs().file(LayoutVersion.FILE, LayoutVersion.bytes()).ended());
    refusesLayout(
        ErrorCode.PROTOCOL,
        TestArchive.blobs()
            .file(LayoutVersion.FILE, "{\"imageLayoutVersion\":\"2.0.0\"}".getBytes(UTF_8))
            .file("index.json", TestArchive.index())
            .ended());
  }

  /** E20. */
  @Test
  void refusesAnIndexThatIsHugeOrNoJson() throws IOException {
    TarBytes huge = TestArchive.blobs().file(LayoutVersion.FILE, LayoutVersion.bytes());
    refusesLayout(ErrorCode.POLICY, huge.file("index.json", new byte[5 << 20]).ended());
    TarBytes text = TestArchive.blobs().file(LayoutVersion.FILE, LayoutVersion.bytes());
    refusesLayout(ErrorCode.PROTOCOL, text.file("index.json", "hello".getBytes(UTF_8)).ended());
  }

  /** E20, C1: which blob is missing or damaged does not matter. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void refusesAMissingOrDamagedBlob(int which) throws IOException {
    List<byte[]> blobs = List.of(TestArchive.LAYER, TestArchive.CONFIG, TestArchive.IMAGE.bytes());
    for (String fault : List.of("missing", "flipped", "short")) {
      TarBytes tar = new TarBytes();
      for (int i = 0; i < blobs.size(); i++) {
        byte[] bytes = blobs.get(i).clone();
        String name = TestArchive.blob(bytes);
        if (i == which && fault.equals("missing")) {
          continue;
        }
        if (i == which && fault.equals("flipped")) {
          bytes[bytes.length / 2] ^= 1;
        }
        tar.file(name, i == which && fault.equals("short") ? Arrays.copyOf(bytes, 10) : bytes);
      }
      tar.file(LayoutVersion.FILE, LayoutVersion.bytes()).file("index.json", TestArchive.index());
      refusesLayout(ErrorCode.INTEGRITY, tar.ended());
    }
  }

  @Test
  void choosesByNameOrTheOnlyOne() throws IOException {
    try (ImageBundle bundle = TestArchive.openLayout(folder, TestArchive.layout().ended())) {
      assertEquals(TestArchive.IMAGE.descriptor(), bundle.choose(Optional.of("v1")).root());
      Failures.expect(ErrorCode.NOT_FOUND, () -> bundle.choose(Optional.of("v2")));
    }
    Failures.expect(ErrorCode.NOT_FOUND, () -> ArchiveFile.open(folder.resolve("none"), spool()));
    Failures.expect(ErrorCode.LOCAL_IO, () -> ArchiveFile.open(folder, spool()));
  }

  private Spool spool() {
    return TestArchive.spool(folder);
  }

  @Test
  void readsACompressedArchiveByWayOfATemporaryFileThatGoes() throws IOException {
    byte[] gzip = TestImages.gzip(TestArchive.layout().ended());
    copy(TestArchive.openLayout(folder, gzip));
    copy(
        Archives.readLayout(ArchiveFile.spooled(new ByteArrayInputStream(gzip), "input", spool())));
    refusesNothingLeft();
    Failures.expect(
        ErrorCode.POLICY,
        () ->
            ArchiveFile.spooled(new ByteArrayInputStream(gzip), "input", new Spool(folder, 1000)));
    Failures.expect(
        ErrorCode.INTEGRITY,
        () ->
            ArchiveFile.spooled(
                new ByteArrayInputStream(gzip, 0, gzip.length - 20), "input", spool()));
    refusesNothingLeft();
  }

  private void refusesNothingLeft() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("archive.tar", "out"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void makesAnImageOfADockerArchive(boolean gzip) throws IOException {
    byte[] layer = gzip ? TestImages.gzip(TestArchive.LAYER) : TestArchive.LAYER;
    try (ImageBundle bundle = TestArchive.open(folder, TestArchive.docker(layer).ended())) {
      NamedImage image = bundle.choose(Optional.of("docker.io/library/alpine:1"));
      assertEquals(List.of("alpine:1"), image.names());
      Manifest manifest = Manifest.of(bundle.manifest(image.root()));
      Descriptor blob = manifest.layers().get(0);
      try (InputStream config = bundle.blob(manifest.config());
          InputStream bytes = bundle.blob(blob)) {
        assertArrayEquals(TestArchive.CONFIG, config.readAllBytes());
        assertArrayEquals(layer, bytes.readAllBytes());
      }
      assertEquals(gzip, blob.mediaType().value().endsWith("+gzip"));
    }
    assertEquals(
        TestArchive.IMAGE.digest().equals(copy(reopened(layer)).digest()),
        !gzip,
        "an uncompressed one gives the manifest that was there");
  }

  private ImageBundle reopened(byte[] layer) throws IOException {
    return TestArchive.open(folder, TestArchive.docker(layer).ended());
  }

  /** The manifest.json beside it is not even read. */
  @Test
  void prefersTheLayoutOfAModernDockerSave() throws IOException {
    String entry = new String(TestArchive.index(), UTF_8);
    String named =
        entry.replace(
            "\"annotations\":{",
            "\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/alpine:1\",");
    byte[] archive =
        TestArchive.blobs()
            .file(LayoutVersion.FILE, LayoutVersion.bytes())
            .file("index.json", named.getBytes(UTF_8))
            .file("manifest.json", "[{\"Config\":\"none\"}]".getBytes(UTF_8))
            .ended();
    try (ImageBundle bundle = TestArchive.open(folder, archive)) {
      assertEquals(TestArchive.IMAGE.descriptor(), bundle.choose(Optional.of("alpine:1")).root());
    }
  }

  /** C17. */
  @Test
  void refusesADockerLayerThatIsNotWhatTheConfigSays() throws IOException {
    byte[] other = TestArchive.LAYER.clone();
    other[600] ^= 1;
    refusesEither(ErrorCode.INTEGRITY, TestArchive.docker(other).ended());
    refusesEither(ErrorCode.INTEGRITY, TestArchive.docker(TestImages.gzip(other)).ended());
  }

  static Stream<Arguments> dockerManifests() {
    return Stream.of(
        Arguments.of(ErrorCode.PROTOCOL, "{}"),
        Arguments.of(ErrorCode.PROTOCOL, "[1]"),
        Arguments.of(ErrorCode.PROTOCOL, "[{}]"),
        Arguments.of(ErrorCode.PROTOCOL, "[] []"),
        Arguments.of(ErrorCode.PROTOCOL, "[{\"Config\":1}]"),
        Arguments.of(ErrorCode.NOT_FOUND, "[]"),
        Arguments.of(ErrorCode.INTEGRITY, "[{\"Config\":\"../x\"}]"),
        Arguments.of(ErrorCode.INTEGRITY, "[{\"Config\":\"c\",\"Layers\":[]}]"),
        Arguments.of(ErrorCode.INTEGRITY, "[{\"Config\":\"c\",\"Layers\":[\"none\"]}]"));
  }

  @ParameterizedTest
  @MethodSource("dockerManifests")
  void refusesABadDockerManifest(ErrorCode code, String manifest) {
    refusesEither(
        code,
        new TarBytes()
            .file("c", TestArchive.CONFIG)
            .file("manifest.json", manifest.getBytes(UTF_8))
            .ended());
  }

  @Test
  void refusesAnArchiveOfSomethingElse() {
    refusesEither(ErrorCode.PROTOCOL, new TarBytes().file("x", NOTHING).ended());
    refusesEither(ErrorCode.INTEGRITY, "no tar at all".getBytes(UTF_8));
  }
}
