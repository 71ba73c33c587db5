package dev.flint.oci.store;

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
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.StoreProblem.Kind;
import dev.flint.testing.Command;
import dev.flint.testing.Failures;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class StoreCheckTest {
  private static final StoreCheck.Wish LOOK = new StoreCheck.Wish(false, false);
  private static final StoreCheck.Wish QUICK = new StoreCheck.Wish(true, false);
  private static final StoreCheck.Wish REPAIR = new StoreCheck.Wish(false, true);

  @TempDir private Path folder;
  private Path store;
  private Document image;
  private Path layer;

  @BeforeEach
  void fill() throws IOException {
    store = folder.resolve("store");
    try (OciLayout layout = OciLayout.openOrCreate(store)) {
      image =
          TestImages.handMade(
              layout,
              MediaType.OCI_LAYER_TAR,
              "layer".getBytes(StandardCharsets.UTF_8),
              TestImages.config(Digest.sha256(new byte[0])));
      layout.tag("reg.lan/a:1", image.descriptor());
      layout.tag("reg.lan/b:1", image.descriptor());
      layer = layout.find(layerOf(image)).orElseThrow().file();
    }
  }

  private static Digest layerOf(Document image) throws IOException {
    return Manifest.of(image).layers().get(0).digest();
  }

  private StoreReport check(StoreCheck.Wish wish) throws IOException {
    return check(wish, ProgressListener.NONE);
  }

  private StoreReport check(StoreCheck.Wish wish, ProgressListener listener) throws IOException {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
    return new StoreCheck(store, 2, listener, clock).run(wish);
  }

  private static List<Kind> kinds(StoreReport report) {
    return report.problems().stream().map(StoreProblem::kind).toList();
  }

  @Test
  void aSoundStoreIsSound() throws IOException {
    for (StoreCheck.Wish wish : List.of(LOOK, QUICK, REPAIR)) {
      StoreReport report = check(wish);
      assertTrue(report.isSound(), report::toString);
      assertEquals(3, report.blobs());
      assertEquals(2, report.images());
      assertEquals(List.of(), report.quarantined());
    }
  }

  @Test
  void aStoreThatIsNotThereYetIsSoundAndIsNotMade() throws IOException {
    store = folder.resolve("none");
    assertTrue(check(REPAIR).isSound());
    assertFalse(Files.exists(store));
  }

  @Test
  void aBlobThatAPullPutRightWhileOthersWereReadIsNoProblem() throws IOException {
    for (StoreCheck.Wish wish : List.of(LOOK, REPAIR)) {
      Files.writeString(layer, "Layer");
      StoreReport report =
          check(
              wish,
              event -> {
                if (event instanceof ProgressEvent.Finished) {
                  putLayerRight();
                }
              });
      assertTrue(report.isSound(), report::toString);
      assertEquals("layer", Files.readString(layer));
    }
  }

  /** As a pull does while a repair waits until it may move the blob. */
  @Test
  void aBlobThatWasPutRightBeforeItCouldBeMovedIsNoProblem() throws IOException {
    Path[] bad = new Path[2];
    byte[][] right = new byte[2][];
    for (int i = 0; i < 2; i++) {
      right[i] = new byte[] {(byte) i};
      bad[i] = Files.writeString(layer.resolveSibling(Digest.sha256(right[i]).encoded()), "bad");
    }
    // The clock is read before the first is moved.
    InstantSource clock =
        () -> {
          for (int i = 0; i < 2; i++) {
            replace(bad[i], right[i]);
          }
          return Instant.EPOCH;
        };
    StoreReport report = new StoreCheck(store, 2, ProgressListener.NONE, clock).run(REPAIR);
    assertEquals(1, report.quarantined().size());
    assertTrue(report.isSound(), report::toString);
  }

  private static void replace(Path file, byte[] bytes) {
    try {
      Files.delete(file);
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whose state changes whenever somebody writes to it. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeThatSomebodyTouchesMeanwhileIsNotWaitedFor() throws Exception {
    Path pipe = layer.resolveSibling("c".repeat(64));
    Command.run("mkfifo", pipe).ok();
    StoreReport report =
        check(
            LOOK,
            event -> {
              if (event instanceof ProgressEvent.Finished) {
                touch(pipe);
              }
            });
    assertEquals(List.of(Kind.NOT_A_FILE), kinds(report));
    assertEquals(1, check(REPAIR).quarantined().size());
  }

  private static void touch(Path file) {
    try {
      // Not its times: to set them the JDK opens it.
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void putLayerRight() {
    try {
      Files.delete(layer);
      Files.writeString(layer, "layer");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLinkInPlaceOfTheQuarantineIsNotFollowed() throws IOException {
    Files.writeString(layer, "Layer");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(store.resolve(".flint/quarantine"), elsewhere);
    Failures.expect(ErrorCode.LOCAL_IO, () -> check(REPAIR));
    assertTrue(Files.exists(layer));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(elsewhere)) {
      assertFalse(files.iterator().hasNext());
    }
  }

  @Test
  void aRemedyHasNothingThatAShellWouldDo() throws IOException {
    try (OciLayout layout = OciLayout.open(store)) {
      layout.changeIndex(index -> LayoutIndex.empty());
      layout.tag("x/y; reboot", image.descriptor());
    }
    Files.delete(layer);
    assertEquals("import or load the image again", check(LOOK).problems().get(0).remedy());
  }

  @Test
  void aDamagedLayerIsToldWithItsImagesAndMovedOnlyByARepair() throws IOException {
    Files.writeString(layer, "Layer");
    assertTrue(check(QUICK).isSound(), "which reads no layer");
    StoreReport report = check(LOOK);
    assertEquals(List.of(Kind.DAMAGED), kinds(report));
    assertEquals(List.of("reg.lan/a:1", "reg.lan/b:1"), report.problems().get(0).images());
    assertTrue(Files.exists(layer));

    StoreReport repaired = check(REPAIR);
    Path moved =
        store.resolve(".flint/quarantine/sha256-" + layer.getFileName() + ".20260102T030405Z");
    assertEquals(List.of(moved), repaired.quarantined());
    assertEquals("Layer", Files.readString(moved));
    assertEquals(List.of(Kind.MISSING), kinds(repaired));
    assertEquals("flint pull reg.lan/a:1", repaired.problems().get(0).remedy());
    try (OciLayout layout = OciLayout.open(store)) {
      layout.put("layer".getBytes(StandardCharsets.UTF_8));
    }
    assertTrue(check(LOOK).isSound());
  }

  @Test
  void theSameBlobIsQuarantinedTwiceInOneSecond() throws IOException {
    for (String text : List.of("one", "two")) {
      Files.writeString(layer, text);
      assertEquals(1, check(REPAIR).quarantined().size());
    }
    try (var files = Files.list(store.resolve(".flint/quarantine"))) {
      assertEquals(2, files.count());
    }
  }

  @Test
  void aDamagedBlobOfNobodyIsRepairedWithoutAProblemLeft() throws IOException {
    Files.writeString(layer.resolveSibling("a".repeat(64)), "something else");
    assertEquals(List.of(Kind.DAMAGED), kinds(check(LOOK)));
    StoreReport report = check(REPAIR);
    assertTrue(report.isSound(), report::toString);
    assertEquals(1, report.quarantined().size());
  }

  /** The reader had it open before. */
  @Test
  void whoReadsABlobThatIsMovedReadsOn() throws IOException {
    Files.writeString(layer, "Layer");
    try (FileChannel open = FileChannel.open(layer)) {
      assertEquals(1, check(REPAIR).quarantined().size());
      ByteBuffer bytes = ByteBuffer.allocate(5);
      open.read(bytes);
      assertArrayEquals("Layer".getBytes(StandardCharsets.UTF_8), bytes.array());
    }
  }

  @Test
  void whatIsNoFileIsAProblemAndMovedAsItIs() throws IOException {
    Files.delete(layer);
    Path secret = Files.writeString(folder.resolve("secret"), "layer");
    Files.createSymbolicLink(layer, secret);
    Path trap = Files.createDirectory(layer.resolveSibling("b".repeat(64)));
    assertEquals(List.of(Kind.NOT_A_FILE, Kind.NOT_A_FILE), kinds(check(LOOK)));
    StoreReport report = check(REPAIR);
    assertEquals(2, report.quarantined().size());
    assertEquals(List.of(Kind.MISSING), kinds(report));
    assertFalse(Files.exists(trap));
    assertEquals("layer", Files.readString(secret), "only the link was moved");
  }

  @Test
  void nothingBehindALinkedFolderIsMoved() throws IOException {
    Files.writeString(layer, "Layer");
    Path blobs = store.resolve("blobs");
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(blobs, elsewhere);
    Files.createSymbolicLink(blobs, elsewhere);
    StoreReport report = check(REPAIR);
    assertEquals(List.of(), report.quarantined());
    assertEquals(List.of(Kind.DAMAGED), kinds(report));
    assertTrue(Files.exists(layer));
    assertEquals(1, report.notes().size());
  }

  @Test
  void missingBlobsAreToldWithARemedy() throws IOException {
    Files.delete(layer);
    StoreReport report = check(QUICK);
    assertEquals(List.of(Kind.MISSING), kinds(report));
    assertEquals("sha256:" + layer.getFileName(), report.problems().get(0).subject());
  }

  @Test
  void aCutBlobIsFoundWithoutReadingIt() throws IOException {
    Files.writeString(layer, "lay");
    assertEquals(List.of(Kind.WRONG_SIZE), kinds(check(QUICK)));
    assertEquals(List.of(Kind.DAMAGED), kinds(check(LOOK)));
  }

  @Test
  void anIndexOrVersionThatCannotBeReadIsAProblem() throws IOException {
    Path index = store.resolve("index.json");
    byte[] before = Files.readAllBytes(index);
    Files.writeString(index, "{\"manifests\":");
    assertEquals(List.of(Kind.LAYOUT), kinds(check(REPAIR)));
    Files.write(index, new byte[5 << 20]);
    assertEquals(List.of(Kind.LAYOUT), kinds(check(REPAIR)));
    Files.write(index, before);
    Files.delete(store.resolve("oci-layout"));
    assertEquals(List.of(Kind.LAYOUT), kinds(check(LOOK)));
    assertFalse(Files.exists(store.resolve("oci-layout")), "a check makes nothing");
  }

  @Test
  void indexesThatAreNestedDeeplyAreFollowed() throws IOException {
    try (OciLayout layout = OciLayout.open(store)) {
      Descriptor inner = image.descriptor();
      for (int i = 0; i < 5000; i++) {
        Document outer = ImageIndex.create(List.of(inner), Map.of("level", Integer.toString(i)));
        Files.write(layer.resolveSibling(outer.digest().encoded()), outer.bytes());
        inner = outer.descriptor();
      }
      layout.tag("deep:1", inner);
    }
    assertTrue(check(QUICK).isSound());
  }

  /** Such as a full disk: the blob stays where it was. */
  @Test
  void aRepairThatCannotMoveABlobLeavesIt() throws IOException {
    Files.writeString(layer, "Layer");
    Path quarantine = Files.writeString(store.resolve(".flint/quarantine"), "in the way");
    Failures.expect(ErrorCode.LOCAL_IO, () -> check(REPAIR));
    assertEquals("Layer", Files.readString(layer));
    Files.delete(quarantine);
    assertEquals(1, check(REPAIR).quarantined().size());
  }
}
