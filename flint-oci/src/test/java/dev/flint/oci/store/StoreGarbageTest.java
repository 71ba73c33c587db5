package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.StoreGarbage.Collected;
import dev.flint.oci.store.StoreGarbage.Item;
import dev.flint.oci.store.StoreGarbage.Kind;
import dev.flint.oci.store.StoreGarbage.Wish;
import dev.flint.testing.Failures;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreGarbageTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path folder;
  private OciLayout layout;

  @BeforeEach
  void open() throws IOException {
    layout = OciLayout.openOrCreate(folder.resolve("store"));
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Document image(String layer) throws IOException {
    return TestImages.handMade(
        layout,
        MediaType.OCI_LAYER_TAR,
        bytes(layer),
        TestImages.config(Digest.sha256(bytes(layer))));
  }

  private Collected collect(Duration later, boolean dryRun) throws IOException {
    Instant now = Instant.now().plus(later);
    return new StoreGarbage(layout, InstantSource.fixed(now))
        .collect(new Wish(HOUR, Duration.ofDays(7), dryRun));
  }

  private Set<Digest> blobs() throws IOException {
    Set<Digest> found = new HashSet<>();
    new BlobFiles(layout).visit(entry -> entry.digest().ifPresent(found::add));
    return found;
  }

  private static Set<Digest> parts(Document... documents) throws IOException {
    Set<Digest> parts = new HashSet<>();
    for (Document document : documents) {
      Manifest manifest = Manifest.of(document);
      parts.add(document.digest());
      parts.add(manifest.config().digest());
      manifest.layers().forEach(layer -> parts.add(layer.digest()));
    }
    return parts;
  }

  @Test
  void orphansGoOnceTheyAreOld() throws IOException {
    Document named = image("named");
    layout.tag("a:1", named.descriptor());
    Blob orphan = layout.put(bytes("nobody's"));
    assertEquals(List.of(), collect(Duration.ZERO, false).items());
    List<Item> expected =
        List.of(new Item(Kind.ORPHAN, Optional.of(orphan.digest()), orphan.size()));
    assertEquals(expected, collect(HOUR.plusMinutes(1), true).items());
    assertTrue(blobs().contains(orphan.digest()), "a dry run removes nothing");
    assertEquals(expected, collect(HOUR.plusMinutes(1), false).items());
    assertEquals(parts(named), blobs());
  }

  @Test
  void whatIsRetiredGoesAtOnceAndIsForgotten() throws IOException {
    Document kept = image("kept");
    Document removed = image("removed");
    layout.tag("a:1", kept.descriptor());
    layout.tag("b:1", removed.descriptor());
    layout.changeIndex(index -> index.withRetired("b:1"));
    Collected collected = collect(Duration.ZERO, false);
    assertEquals(
        Set.of(Kind.RETIRED),
        collected.items().stream().map(Item::kind).collect(Collectors.toSet()));
    assertEquals(parts(kept), blobs());
    assertEquals(1, layout.index().entries().size());
  }

  @Test
  void referrersOfKeptImagesStayAndThoseOfOthersGo() throws IOException {
    Document kept = image("kept");
    layout.tag("a:1", kept.descriptor());
    Document gone = image("gone");
    Document signature = referrer(kept, "signature");
    Document ofSignature = referrer(signature, "of the signature");
    Document lost = referrer(gone, "of an image that goes");
    Set<Digest> stay = parts(kept, signature, ofSignature);
    collect(HOUR.plusMinutes(1), false);
    assertEquals(stay, blobs());
    assertFalse(blobs().contains(lost.digest()));
  }

  private Document referrer(Document subject, String text) throws IOException {
    Descriptor layer = TestImages.store(layout, MediaType.OCTET_STREAM, bytes(text));
    Descriptor config = TestImages.store(layout, MediaType.OCI_CONFIG, bytes("{}"));
    JsonObject json =
        Manifest.create(config, List.of(layer), Map.of())
            .json()
            .with("subject", subject.descriptor().json());
    Document document = Document.of(MediaType.OCI_MANIFEST, json);
    layout.put(document);
    return document;
  }

  /** Another tool that found an old layer here does not write it anew. */
  @Test
  void whatAYoungDocumentNeedsStaysHoweverOldItIs() throws IOException {
    Blob layer = layout.put(bytes("an old layer"));
    Descriptor config = TestImages.store(layout, MediaType.OCI_CONFIG, bytes("{}"));
    Descriptor old = Descriptor.of(MediaType.OCI_LAYER_TAR, layer.digest(), layer.size());
    Document young = Manifest.create(config, List.of(old), Map.of());
    layout.put(young);
    Instant born = BlobFiles.lastChange(layout.find(young.digest()).orElseThrow().file());
    Instant before = BlobFiles.lastChange(layer.file());
    // The clock stands where the layer is an hour old and the manifest is not.
    Instant now = before.plus(HOUR).plusNanos(1);
    assertTrue(born.isAfter(before));
    new StoreGarbage(layout, InstantSource.fixed(now))
        .collect(new Wish(HOUR, Duration.ofDays(7), false));
    assertEquals(parts(young), blobs());
  }

  /** The same bytes listed as a layer first must not hide what hangs below them. */
  @Test
  void aManifestThatAnotherListsAsItsLayerKeepsItsParts() throws IOException {
    Document inner = image("inner");
    Descriptor config = TestImages.store(layout, MediaType.OCI_CONFIG, bytes("{}"));
    Descriptor disguised =
        Descriptor.of(MediaType.OCI_LAYER_TAR, inner.digest(), inner.descriptor().size());
    Document outer = Manifest.create(config, List.of(disguised), Map.of());
    layout.put(outer);
    layout.tag("outer:1", outer.descriptor());
    layout.tag("inner:1", inner.descriptor());
    collect(HOUR.plusMinutes(1), false);
    Set<Digest> stay = parts(outer);
    stay.addAll(parts(inner));
    assertEquals(stay, blobs());
  }

  @Test
  void documentsOfUnknownKindsKeepWhatTheyName() throws IOException {
    Blob layer = layout.put(bytes("a layer"));
    JsonObject json = JsonObject.empty().with("blobSum", layer.digest().toString());
    Blob document = layout.put(json.bytes());
    layout.tag(
        "old:1",
        Descriptor.of(
            new MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws"),
            document.digest(),
            document.size()));
    collect(HOUR.plusMinutes(1), false);
    assertEquals(Set.of(layer.digest(), document.digest()), blobs());
  }

  @Test
  void nothingGoesIfADamagedManifestHidesWhatIsNeeded() throws IOException {
    Document image = image("layer");
    layout.tag("a:1", image.descriptor());
    Path file = layout.find(image.digest()).orElseThrow().file();
    byte[] whole = Files.readAllBytes(file);
    whole[whole.length - 1] ^= 1;
    Files.write(file, whole);
    Set<Digest> before = blobs();
    Failures.expect(ErrorCode.INTEGRITY, () -> collect(HOUR.plusMinutes(1), false));
    Files.delete(file);
    before.remove(image.digest());
    Collected collected = collect(HOUR.plusMinutes(1), false);
    assertTrue(collected.blobsKept().contains(image.digest().toString()));
    assertEquals(before, blobs());
  }

  /** Other tools read such an image, and who pulls it again counts on what is there. */
  @Test
  void nothingBelowAManifestOfAnotherSizeThanAnnouncedGoes() throws IOException {
    Document inner = image("inner");
    Descriptor wrong =
        Descriptor.of(MediaType.OCI_MANIFEST, inner.digest(), inner.descriptor().size() + 1);
    Document index = ImageIndex.create(List.of(wrong), Map.of());
    layout.put(index);
    layout.tag("a:1", index.descriptor());
    Set<Digest> before = blobs();
    Collected collected = collect(HOUR.plusMinutes(1), false);
    assertTrue(collected.blobsKept().contains(inner.digest().toString()), collected::toString);
    assertEquals(before, blobs());
  }

  @Test
  void whatIsRetiredStaysWhileNobodyKnowsWhatAnImageNeeds() throws IOException {
    Document kept = image("shared");
    Document removed = image("shared");
    Descriptor config = TestImages.store(layout, MediaType.OCI_CONFIG, bytes("{}"));
    Document other = Manifest.create(config, Manifest.of(removed).layers(), Map.of());
    layout.put(other);
    layout.tag("a:1", kept.descriptor());
    layout.tag("b:1", other.descriptor());
    layout.changeIndex(index -> index.withRetired("b:1"));
    layout.delete(kept.digest());
    Set<Digest> before = blobs();
    assertEquals(List.of(), collect(HOUR.plusMinutes(1), false).items());
    assertEquals(before, blobs());
    layout.put(kept);
    collect(Duration.ZERO, false);
    assertEquals(parts(kept), blobs(), "the retired image is not forgotten");
  }

  /** As on a full disk, where the index cannot be written. */
  @Test
  void whatNeedsNoIndexGoesThoughTheIndexCannotBeWritten() throws IOException {
    Document image = image("layer");
    layout.tag("a:1", image.descriptor());
    layout.changeIndex(index -> index.withRetired("a:1"));
    Path partial = layout.folder().resolve(".flint/partial/sha256-" + "a".repeat(64));
    Files.createDirectories(partial.getParent());
    Files.writeString(partial, "some");
    layout.close();
    Path ingest = layout.folder().resolve(".flint/ingest");
    Files.delete(ingest);
    Files.writeString(ingest, "in the way");
    assertThrows(IOException.class, () -> collect(Duration.ofDays(8), false));
    assertEquals(Set.of(), blobs());
    assertFalse(Files.exists(partial));
    Files.delete(ingest);
    collect(Duration.ZERO, false);
    assertEquals(List.of(), layout.index().entries());
  }

  @Test
  void orphansBehindALinkStay() throws IOException {
    Blob orphan = layout.put(bytes("maybe another store's"));
    Path blobs = layout.folder().resolve("blobs");
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(blobs, elsewhere);
    Files.createSymbolicLink(blobs, elsewhere);
    assertEquals(List.of(), collect(HOUR.plusMinutes(1), false).items());
    assertTrue(blobs().contains(orphan.digest()));
  }

  @Test
  void namesThatAreNoDigestsAreLeftAlone() throws IOException {
    Path blobs = layout.folder().resolve("blobs/sha256");
    Files.writeString(blobs.resolve("oci-put-blob123"), "of another tool");
    Files.writeString(blobs.resolve("A".repeat(64)), "upper case");
    Files.createSymbolicLink(blobs.resolve("0".repeat(64)), folder.resolve("target"));
    Files.writeString(folder.resolve("target"), "must stay");
    collect(HOUR.plusMinutes(1), false);
    try (Stream<Path> left = Files.list(blobs)) {
      assertEquals(3, new TreeSet<>(left.toList()).size());
    }
    assertEquals("must stay", Files.readString(folder.resolve("target")));
  }
}
