package dev.flint.oci.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.ReferrerSource;
import dev.flint.testing.Failures;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layout folders of others: as a source, as a target, and as an archive of themselves. */
final class LayoutFolderTest {
  @TempDir private Path temp;
  private Path layoutFolder;

  @BeforeEach
  void layout() throws IOException {
    layoutFolder = temp.resolve("layout");
    try (OciLayout layout = OciLayout.openOrCreate(layoutFolder)) {
      layout.put(TestArchive.LAYER);
      layout.put(TestArchive.CONFIG);
      layout.put(TestArchive.IMAGE);
      layout.tag("v1", TestArchive.IMAGE.descriptor());
    }
  }

  private Document copy() throws IOException {
    return copy(temp.resolve("out"), Optional.of("copy"), false);
  }

  private Document copy(Path to, Optional<String> name, boolean recursive) throws IOException {
    try (LayoutFolder source = new LayoutFolder(OciLayout.open(layoutFolder));
        OciLayout target = OciLayout.openOrCreate(to)) {
      Document root = source.manifest(source.choose(Optional.of("v1")).root());
      ReferrerSource referrers = recursive ? new ListedReferrers(source) : ReferrerSource.NONE;
      return new ImageCopy(source, new LayoutTarget(target, name), ProgressListener.NONE)
          .copy(root, Optional.empty(), referrers);
    }
  }

  private Path blob(byte[] bytes) {
    return layoutFolder.resolve(TestArchive.blob(bytes));
  }

  /** E20. */
  @Test
  void refusesWhatIsNoLayout() throws IOException {
    Failures.expect(ErrorCode.NOT_FOUND, () -> OciLayout.open(temp.resolve("none")));
    Failures.expect(ErrorCode.PROTOCOL, () -> OciLayout.open(temp));
    Files.writeString(
        layoutFolder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"2.0.0\"}", UTF_8);
    Failures.expect(ErrorCode.PROTOCOL, this::copy);
    Files.delete(layoutFolder.resolve("oci-layout"));
    Failures.expect(ErrorCode.PROTOCOL, this::copy);
  }

  /** E20. */
  @Test
  void refusesAnIndexThatIsMissingHugeOrNoJson() throws IOException {
    Path index = layoutFolder.resolve("index.json");
    Files.writeString(index, "hello", UTF_8);
    Failures.expect(ErrorCode.PROTOCOL, this::copy);
    Files.write(index, new byte[5 << 20]);
    Failures.expect(ErrorCode.POLICY, this::copy);
    Files.delete(index);
    Failures.expect(ErrorCode.PROTOCOL, this::copy);
    Files.createSymbolicLink(index, Path.of("/dev/zero"));
    Failures.expect(ErrorCode.POLICY, this::copy);
  }

  /** E20. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void refusesABlobThatIsMissingOrALinkOrAFolder(int which) throws IOException {
    Path file =
        blob(List.of(TestArchive.LAYER, TestArchive.CONFIG, TestArchive.IMAGE.bytes()).get(which));
    Path aside = temp.resolve("aside");
    Files.move(file, aside);
    Failures.expect(ErrorCode.INTEGRITY, this::copy);
    Files.createSymbolicLink(file, aside);
    Failures.expect(ErrorCode.POLICY, this::copy);
    Files.delete(file);
    Files.createDirectory(file);
    Failures.expect(ErrorCode.POLICY, this::copy);
    Files.delete(file);
    Files.write(file, new byte[(int) Files.size(aside)]);
    Failures.expect(ErrorCode.INTEGRITY, this::copy);
    try (OciLayout out = OciLayout.open(temp.resolve("out"))) {
      assertEquals(List.of(), out.index().entries());
    }
  }

  /** E21. */
  @Test
  void keepsUnknownEntriesAnnotationsMembersAndFilesOfTheTarget() throws IOException {
    Path foreign = temp.resolve("foreign");
    Files.createDirectories(foreign.resolve("blobs/sha256"));
    Files.writeString(foreign.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}", UTF_8);
    Files.writeString(foreign.resolve("README"), "theirs", UTF_8);
    String entry =
        "{\"mediaType\":\"application/x-unknown\",\"digest\":\"%s\",\"size\":7,\"x\":{\"y\":1.50},"
                .formatted(Digest.sha256(new byte[7]))
            + "\"annotations\":{\"org.opencontainers.image.ref.name\":\"theirs\",\"a\":\"b\"}}";
    Files.writeString(
        foreign.resolve("index.json"),
        "{\"schemaVersion\":2,\"annotations\":{\"k\":\"v\"},\"x-new\":[1],\"manifests\":["
            + entry
            + "]}",
        UTF_8);
    copy(foreign, Optional.of("mine"), false);
    copy(foreign, Optional.of("mine"), false);
    String index = Files.readString(foreign.resolve("index.json"), UTF_8);
    assertTrue(index.contains(entry), index);
    assertTrue(index.contains("\"annotations\":{\"k\":\"v\"},\"x-new\":[1]"), index);
    assertEquals("theirs", Files.readString(foreign.resolve("README"), UTF_8));
    try (OciLayout layout = OciLayout.open(foreign)) {
      assertEquals(List.of("theirs", "mine"), layout.index().names());
    }
  }

  @Test
  void aMovedNameLosesItsEntryAndAnUnnamedImageIsListedOnce() throws IOException {
    Path out = temp.resolve("out");
    copy(out, Optional.empty(), false);
    copy(out, Optional.empty(), false);
    try (OciLayout layout = OciLayout.open(out)) {
      assertEquals(List.of(TestArchive.IMAGE.descriptor()), layout.index().entries());
      assertEquals(List.of(), layout.index().names());
    }
  }

  private Document signature(Document subject) throws IOException {
    try (OciLayout layout = OciLayout.open(layoutFolder)) {
      Descriptor config = TestImages.store(layout, MediaType.OCI_CONFIG, "{}".getBytes(UTF_8));
      Descriptor layer =
          TestImages.store(
              layout, MediaType.OCTET_STREAM, subject.digest().encoded().getBytes(UTF_8));
      JsonObject json =
          Manifest.create(config, List.of(layer), Map.of())
              .json()
              .with("subject", subject.descriptor().json());
      Document signature = Document.of(MediaType.OCI_MANIFEST, json);
      layout.put(signature);
      layout.changeIndex(index -> index.withEntry(signature.descriptor()));
      return signature;
    }
  }

  @Test
  void takesReferrersAndTheirReferrersAlongIfWanted() throws IOException {
    Document index =
        ImageIndex.create(List.of(TestImages.entry(TestArchive.IMAGE, "linux", "amd64")));
    try (OciLayout layout = OciLayout.open(layoutFolder)) {
      layout.put(index);
      layout.tag("v1", index.descriptor());
    }
    Document ofIndex = signature(index);
    Document ofPart = signature(TestArchive.IMAGE);
    Document ofSignature = signature(ofPart);
    copy();
    try (OciLayout out = OciLayout.open(temp.resolve("out"))) {
      assertEquals(List.of(index.descriptor()), out.index().entries());
    }
    Path whole = temp.resolve("whole");
    copy(whole, Optional.of("copy"), true);
    try (LayoutFolder out = new LayoutFolder(OciLayout.open(whole))) {
      ReferrerSource found = new ListedReferrers(out);
      assertEquals(List.of(ofIndex.descriptor()), found.referrersOf(index.descriptor()));
      assertEquals(List.of(ofPart.descriptor()), found.referrersOf(TestArchive.IMAGE.descriptor()));
      assertEquals(List.of(ofSignature.descriptor()), found.referrersOf(ofPart.descriptor()));
      assertEquals(index.descriptor(), out.choose(Optional.empty()).root(), "the one with a name");
    }
  }

  private Path archive(String file, boolean docker) throws IOException {
    Path target = temp.resolve(file);
    try (LayoutFolder source = new LayoutFolder(OciLayout.open(layoutFolder));
        ArchiveOutput output = ArchiveOutput.toFile(target, false)) {
      Document root = source.manifest(source.choose(Optional.of("v1")).root());
      if (docker) {
        DockerArchiveWriter writer =
            new DockerArchiveWriter(
                output, TestArchive.spool(temp), Pause.NONE, ProgressListener.NONE);
        writer.add(source, Manifest.of(root), List.of("a:1"));
        writer.finish();
      } else {
        LayoutArchiveWriter writer = new LayoutArchiveWriter(output, Pause.NONE);
        new ImageCopy(source, new ArchiveTarget(writer, Optional.of("n")), ProgressListener.NONE)
            .copy(root, Optional.empty(), ReferrerSource.NONE);
      }
    }
    return target;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anArchiveDependsOnNothingButTheImage(boolean docker) throws IOException {
    Path first = archive("first.tar", docker);
    assertEquals(-1, Files.mismatch(first, archive("second.tar", docker)));
    try (ImageBundle bundle =
        Archives.read(ArchiveFile.open(first, TestArchive.spool(temp)), TestArchive.spool(temp))) {
      assertEquals(TestArchive.IMAGE.descriptor(), bundle.choose(Optional.empty()).root());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDamagedImageLeavesNoArchive(boolean docker) throws IOException {
    Files.write(blob(TestArchive.LAYER), new byte[TestArchive.LAYER.length]);
    Failures.expect(ErrorCode.INTEGRITY, () -> archive("bad.tar", docker));
    try (Stream<Path> files = Files.list(temp)) {
      assertEquals(List.of(layoutFolder), files.toList());
    }
  }

  @Test
  void anArchiveThatIsThereStays() throws IOException {
    Path there = Files.writeString(temp.resolve("there.tar"), "theirs");
    Failures.expect(ErrorCode.LOCAL_IO, () -> archive("there.tar", false));
    assertEquals("theirs", Files.readString(there, UTF_8));
    assertFalse(Files.exists(temp.resolve(".there.tar.flint-partial")));
  }
}
