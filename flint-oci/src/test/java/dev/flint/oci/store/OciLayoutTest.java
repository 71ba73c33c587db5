package dev.flint.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Command;
import dev.flint.testing.Failures;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class OciLayoutTest {
  private static final byte[] HELLO = "hello".getBytes(UTF_8);
  private static final Descriptor HELLO_BLOB =
      Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(HELLO), HELLO.length);

  @TempDir private Path temp;
  private Path folder = Path.of("");
  private OciLayout layout;

  @BeforeEach
  void open() throws IOException {
    folder = temp.resolve("a/store");
    layout = OciLayout.openOrCreate(folder);
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private Path blobFile(Digest digest) {
    return folder.resolve("blobs").resolve(digest.algorithm()).resolve(digest.encoded());
  }

  private List<Path> unfinished() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(".flint"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().endsWith("lock"))
          .toList();
    }
  }

  @Test
  void aNewLayoutIsAsTheSpecSays() throws IOException {
    assertEquals(
        "{\"imageLayoutVersion\":\"1.0.0\"}", Files.readString(folder.resolve("oci-layout")));
    assertEquals(
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
            + "\"manifests\":[]}",
        Files.readString(folder.resolve("index.json")));
    assertTrue(Files.isDirectory(folder.resolve("blobs/sha256")));
    layout.tag("x", HELLO_BLOB);
    try (OciLayout again = OciLayout.openOrCreate(folder)) {
      assertEquals(List.of("x"), again.index().names());
    }
  }

  @Test
  void readsTheIndexAgainOnlyWhenItHasChanged() throws IOException {
    assertSame(layout.index(), layout.index());
    for (int i = 0; i < 50; i++) {
      String name = i % 2 == 0 ? "x" : "y";
      layout.changeIndex(index -> LayoutIndex.empty().withName(name, HELLO_BLOB));
      assertEquals(List.of(name), layout.index().names());
    }
    try (OciLayout other = OciLayout.openOrCreate(folder)) {
      other.tag("z", HELLO_BLOB);
    }
    assertEquals(List.of("y", "z"), layout.index().names());
    Path file = folder.resolve("index.json");
    Files.write(file, LayoutIndex.empty().withName("in-place", HELLO_BLOB).bytes());
    assertEquals(List.of("in-place"), layout.index().names());
    Files.delete(file);
    Failures.expect(ErrorCode.PROTOCOL, () -> layout.index());
  }

  @Test
  void storesABlobUnderItsDigest() throws IOException {
    Blob blob = layout.put(HELLO);
    assertEquals(new Blob(blobFile(Digest.sha256(HELLO)), Digest.sha256(HELLO), 5), blob);
    assertArrayEquals(HELLO, Files.readAllBytes(blob.file()));
    assertEquals(Optional.of(blob), layout.find(HELLO_BLOB));
    assertArrayEquals(HELLO, layout.read(HELLO_BLOB));
    assertEquals(List.of(), unfinished());
    assertTrue(layout.delete(blob.digest()));
    assertFalse(layout.delete(blob.digest()));
    assertEquals(Optional.empty(), layout.find(blob.digest()));
    Failures.expect(ErrorCode.NOT_FOUND, () -> layout.require(HELLO_BLOB));
  }

  @Test
  void storesSha512() throws IOException {
    Digest digest = new Digest("sha512", "0".repeat(128)).sameAlgorithm(HELLO);
    Descriptor descriptor = Descriptor.of(MediaType.OCTET_STREAM, digest, 5);
    try (Ingest ingest = layout.ingest(descriptor)) {
      ingest.write(HELLO);
      ingest.commit();
    }
    assertArrayEquals(HELLO, Files.readAllBytes(blobFile(digest)));
    assertArrayEquals(HELLO, layout.read(descriptor));
  }

  @Test
  void refusesToStoreWhatItCannotCheck() {
    Descriptor unknown = Descriptor.of(MediaType.OCTET_STREAM, Digest.parse("blake3:ab"), 5);
    Failures.expect(ErrorCode.UNSUPPORTED, () -> layout.ingest(unknown).close());
  }

  @Test
  void anAbandonedIngestLeavesNothing() throws IOException {
    try (Ingest ingest = layout.ingest()) {
      ingest.write(HELLO);
      ingest.write('!');
      assertEquals(6, ingest.count());
      assertEquals(1, unfinished().size());
    }
    assertEquals(List.of(), unfinished());
    assertEquals(Optional.empty(), layout.find(HELLO_BLOB));
  }

  @Test
  void storesNothingThatDiffersFromItsDescriptor() throws IOException {
    for (String wrong : List.of("hell", "hellO", "")) {
      try (Ingest ingest = layout.ingest(HELLO_BLOB)) {
        ingest.write(wrong.getBytes(UTF_8));
        Failures.expect(ErrorCode.INTEGRITY, ingest::commit);
      }
    }
    try (Ingest ingest = layout.ingest(HELLO_BLOB)) {
      Failures.expect(ErrorCode.INTEGRITY, () -> ingest.write("hello!".getBytes(UTF_8)));
    }
    assertEquals(Optional.empty(), layout.find(HELLO_BLOB));
    assertEquals(List.of(), unfinished());
    try (Stream<Path> blobs = Files.list(folder.resolve("blobs/sha256"))) {
      assertEquals(0, blobs.count());
    }
  }

  /** E17, the index. */
  @Test
  void aFullDiskLeavesTheOldIndex() throws IOException {
    layout.tag("old", HELLO_BLOB);
    IOException full = new IOException("No space left on device");
    assertEquals(
        full,
        assertThrows(
            IOException.class,
            () ->
                layout.changeIndex(
                    index -> {
                      throw full;
                    })));
    assertEquals(List.of("old"), layout.index().names());
    layout.tag("new", HELLO_BLOB);
    assertEquals(List.of("old", "new"), layout.index().names());
  }

  /** E19. */
  @Test
  void noticesADamagedBlobOnUseAndHealsIt() throws IOException {
    Blob blob = layout.put(HELLO);
    Files.writeString(blob.file(), "hellO");
    Failures.expect(ErrorCode.INTEGRITY, () -> layout.read(HELLO_BLOB));
    Files.writeString(blob.file(), "hello!");
    assertEquals(Optional.empty(), layout.find(HELLO_BLOB));
    FlintException e = Failures.expect(ErrorCode.INTEGRITY, () -> layout.read(HELLO_BLOB));
    assertTrue(e.remedy().contains(blob.file().toString()), e.remedy());
    layout.put(HELLO);
    assertArrayEquals(HELLO, layout.read(HELLO_BLOB));
  }

  /** E20. */
  @Test
  void refusesABlobThatIsNoPlainFile() throws IOException {
    Path outside = Files.writeString(temp.resolve("outside"), "hello");
    Files.createSymbolicLink(blobFile(HELLO_BLOB.digest()), outside);
    Failures.expect(ErrorCode.POLICY, () -> layout.find(HELLO_BLOB));
    Failures.expect(ErrorCode.POLICY, () -> layout.read(HELLO_BLOB));
    layout.put(HELLO);
    assertTrue(
        Files.isRegularFile(
            blobFile(HELLO_BLOB.digest()), java.nio.file.LinkOption.NOFOLLOW_LINKS));
    Files.writeString(outside, "untouched");

    layout.delete(HELLO_BLOB.digest());
    Files.createDirectory(blobFile(HELLO_BLOB.digest()));
    Failures.expect(ErrorCode.POLICY, () -> layout.find(HELLO_BLOB));
    assertThrows(IOException.class, () -> layout.put(HELLO));
  }

  @Test
  void refusesToReadHugeDocuments() {
    Descriptor huge = Descriptor.of(MediaType.OCI_MANIFEST, Digest.sha256(HELLO), (4 << 20) + 1);
    Failures.expect(ErrorCode.POLICY, () -> layout.read(huge));
  }

  /** E20. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "hello",
        "{\"imageLayoutVersion\":\"2.0.0\"}",
        "{\"imageLayoutVersion\":1}",
        "{\"imageLayoutVersion\":\"1.0.0\"} trailing",
      })
  void refusesALayoutOfAnotherVersion(String content) throws IOException {
    Files.writeString(folder.resolve("oci-layout"), content);
    Failures.expect(ErrorCode.PROTOCOL, () -> OciLayout.openOrCreate(folder));
  }

  @Test
  void refusesAFolderOfSomethingElse() throws IOException {
    Path home = Files.createDirectories(temp.resolve("home"));
    Files.writeString(home.resolve("notes.txt"), "mine");
    Failures.expect(ErrorCode.PROTOCOL, () -> OciLayout.openOrCreate(home));
    try (Stream<Path> files = Files.list(home)) {
      assertEquals(List.of(home.resolve("notes.txt")), files.toList());
    }
  }

  @Test
  void completesALayoutThatWasCutOffWhileItWasMade() throws IOException {
    layout.put(HELLO);
    Files.delete(folder.resolve("oci-layout"));
    try (OciLayout again = OciLayout.openOrCreate(folder)) {
      assertArrayEquals(HELLO, again.read(HELLO_BLOB));
    }
    Files.delete(folder.resolve("oci-layout"));
    Files.delete(folder.resolve("index.json"));
    try (OciLayout again = OciLayout.openOrCreate(folder)) {
      assertEquals(List.of(), again.index().names());
    }
    Path empty = Files.createDirectories(temp.resolve("empty"));
    OciLayout.openOrCreate(empty).close();
  }

  /** E20. */
  @Test
  void refusesAMissingOrHugeOrForeignIndex() throws IOException {
    Path index = folder.resolve("index.json");
    Files.writeString(index, "<html>");
    Failures.expect(ErrorCode.PROTOCOL, layout::index);
    Failures.expect(ErrorCode.PROTOCOL, () -> layout.tag("x", HELLO_BLOB));
    assertEquals("<html>", Files.readString(index));
    try (RandomAccessFile huge = new RandomAccessFile(index.toFile(), "rw")) {
      huge.setLength(1L << 40);
    }
    Failures.expect(ErrorCode.POLICY, layout::index);
    Files.delete(index);
    Failures.expect(ErrorCode.PROTOCOL, layout::index);
  }

  @ParameterizedTest
  @ValueSource(strings = {"index.json", "oci-layout"})
  void refusesFilesOfTheLayoutThatAreNoPlainFiles(String name) throws IOException {
    Path file = folder.resolve(name);
    Path outside = Files.copy(file, temp.resolve("outside"));
    Files.delete(file);
    Files.createSymbolicLink(file, outside);
    Failures.expect(ErrorCode.POLICY, () -> OciLayout.openOrCreate(folder).index());
    Files.delete(file);
    Files.createDirectory(file);
    Failures.expect(ErrorCode.POLICY, () -> OciLayout.openOrCreate(folder).index());
    Files.delete(file);
    Command.run("mkfifo", file).ok();
    Failures.expect(ErrorCode.POLICY, () -> OciLayout.openOrCreate(folder).index());
  }

  @Test
  void refusesAnIndexThatWouldGetTooLong() throws IOException {
    layout.changeIndex(index -> index.withName("x".repeat((4 << 20) - 1000), HELLO_BLOB));
    Failures.expect(
        ErrorCode.POLICY, () -> layout.changeIndex(i -> i.withName("y".repeat(1000), HELLO_BLOB)));
    assertEquals(1, layout.index().names().size());
  }

  @Test
  void keepsWhatOthersPutThere() throws IOException {
    String entry =
        "{\"mediaType\":\"application/x-unknown\",\"size\":3,\"digest\":\"blake3:00ff\",\"x\":1.0}";
    Files.writeString(
        folder.resolve("index.json"),
        "{\"schemaVersion\":2,\"x\":null,\"manifests\":["
            + entry
            + "],\"annotations\":{\"a\":\"b\"}}");
    Files.writeString(folder.resolve("foreign"), "kept");
    Path dangling = Files.writeString(folder.resolve("blobs/sha256/not-a-digest"), "kept");
    layout.put(HELLO);
    layout.tag("mine", HELLO_BLOB);
    String index = Files.readString(folder.resolve("index.json"));
    assertTrue(index.startsWith("{\"schemaVersion\":2,\"x\":null,\"manifests\":[" + entry), index);
    assertTrue(index.endsWith("],\"annotations\":{\"a\":\"b\"}}"), index);
    assertEquals("kept", Files.readString(folder.resolve("foreign")));
    assertEquals("kept", Files.readString(dangling));
  }

  @Test
  void threadsChangeTheIndexOneAfterTheOther() throws Exception {
    int threads = 8;
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Thread> running =
        IntStream.range(0, threads)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          try {
                            start.await();
                            for (int k = 0; k < 5; k++) {
                              layout.tag("t" + i + "-" + k, HELLO_BLOB);
                            }
                          } catch (Exception e) {
                            throw new IllegalStateException(e);
                          }
                        }))
            .toList();
    running.forEach(Thread::start);
    for (Thread thread : running) {
      thread.join();
    }
    assertEquals(threads * 5, layout.index().names().size());
  }

  /** E22. */
  @Test
  void manyThreadsStoreTheSameBlob() throws Exception {
    byte[] big = new byte[1 << 20];
    List<Thread> running =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          try {
                            layout.put(big);
                          } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                          }
                        }))
            .toList();
    running.forEach(Thread::start);
    for (Thread thread : running) {
      thread.join();
    }
    assertArrayEquals(big, Files.readAllBytes(blobFile(Digest.sha256(big))));
    assertEquals(List.of(), unfinished());
  }

  @Test
  void linksABlobOfAnotherLayout() throws IOException {
    try (OciLayout other = OciLayout.openOrCreate(temp.resolve("other"))) {
      Blob blob = other.put(HELLO);
      layout.link(blob);
      layout.link(blob);
      assertEquals(
          Files.getAttribute(blob.file(), "unix:ino"),
          Files.getAttribute(blobFile(blob.digest()), "unix:ino"));
      assertEquals(List.of(), unfinished());
      other.delete(blob.digest());
      assertArrayEquals(HELLO, layout.read(HELLO_BLOB));
    }
  }

  @Test
  void readsADocumentOnlyAsWhatItWasAnnounced() throws IOException {
    Document manifest =
        TestImages.handMade(
            layout, MediaType.OCI_LAYER_TAR, HELLO, TestImages.config(Digest.sha256(HELLO)));
    assertEquals(manifest, layout.document(manifest.descriptor()));
    Descriptor lie =
        Descriptor.of(MediaType.OCI_INDEX, manifest.digest(), manifest.descriptor().size());
    Failures.expect(ErrorCode.PROTOCOL, () -> layout.document(lie));
  }

  @Test
  void closingRemovesWhatWasUnfinished() throws IOException {
    Path file = layout.newUnfinishedFile();
    Files.writeString(file, "half");
    layout.close();
    assertFalse(Files.exists(file));
    assertArrayEquals(HELLO, Files.readAllBytes(layout.put(HELLO).file()));
  }

  /** Whoever prepared the layout must not make its reader delete files elsewhere. */
  @Test
  void sweepsNothingOutsideTheLayout() throws IOException {
    Path home = Files.createDirectories(temp.resolve("home"));
    Path documents = Files.createDirectories(home.resolve("documents"));
    Path letter = Files.writeString(documents.resolve("letter"), "dear");
    FileTime old = FileTime.fromMillis(0);
    Files.setLastModifiedTime(documents, old);

    Path ingests = Files.createDirectories(folder.resolve(".flint/ingest"));
    String session = "00000000-0000-4000-8000-000000000000-00000000-0000-4000-8000-000000000000";
    Files.createSymbolicLink(ingests.resolve(session), documents);
    Files.createDirectories(ingests.resolve("not-a-session"));
    Files.setLastModifiedTime(ingests.resolve("not-a-session"), old);
    Files.writeString(ingests.resolve("a-file"), "x");
    try (OciLayout victim = OciLayout.openOrCreate(folder)) {
      victim.put(HELLO);
    }
    assertTrue(Files.exists(letter), "by a link in the ingest folder");
    assertTrue(Files.exists(ingests.resolve("a-file")));

    Path hostile = temp.resolve("hostile");
    OciLayout.openOrCreate(hostile).close();
    Files.delete(hostile.resolve(".flint/ingest"));
    Files.createSymbolicLink(hostile.resolve(".flint/ingest"), home);
    Files.setLastModifiedTime(documents, old);
    try (OciLayout victim = OciLayout.openOrCreate(hostile)) {
      victim.put(HELLO);
    }
    assertTrue(Files.exists(letter), "by a link for the ingest folder");
  }
}
