package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders are flushed before something relies on the names in them. */
final class RenamedFilesTest {
  @TempDir private Path temp;
  private final List<Path> flushed = new ArrayList<>();
  private Path blobs = Path.of("");
  private RenamedFiles names;

  @BeforeEach
  void prepare() throws IOException {
    blobs = temp.resolve("blobs");
    names = new RenamedFiles(blobs, flushed::add);
    names.makeFolder("sha256");
    flushed.clear();
  }

  private void rename(String folder) throws IOException {
    Path file = Files.writeString(temp.resolve("temporary"), "x");
    names.rename(file, blobs.resolve(folder).resolve("aa"));
  }

  @Test
  void namesOfManyFilesAreFlushedTogether() throws IOException {
    rename("sha256");
    rename("sha256");
    assertEquals(List.of(), flushed);
    names.flush();
    names.flush();
    assertEquals(List.of(blobs.resolve("sha256")), flushed);
  }

  /** Else a power cut could take the folder with all that is in it. */
  @Test
  void aNewFolderIsFlushedToo() throws IOException {
    rename("sha512");
    assertEquals(List.of(blobs), flushed);
    names.flush();
    assertEquals(List.of(blobs, blobs.resolve("sha512")), flushed);
  }

  /**
   * A blob that another process stored is taken as there; that one may have flushed nothing yet.
   */
  @Test
  void namesThatAnotherProcessGaveAreFlushedBeforeAnIndexNamesThem() throws IOException {
    Files.createDirectory(blobs.resolve("sha512"));
    Files.writeString(blobs.resolve("file"), "of somebody");
    names.flushAll();
    assertEquals(
        List.of(blobs, blobs.resolve("sha256"), blobs.resolve("sha512")),
        flushed.stream().sorted().toList());
  }

  /** Somebody keeps the blobs on another device. */
  @Test
  void aLinkToAFolderIsAFolder() throws IOException {
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.createSymbolicLink(blobs.resolve("sha512"), elsewhere);
    rename("sha512");
    assertEquals("x", Files.readString(elsewhere.resolve("aa")));
    names.flush();
    assertEquals(List.of(blobs, blobs.resolve("sha512")), flushed);
  }

  @Test
  void theFolderOfAllMayBeALinkToo() throws IOException {
    Path linked = Files.createSymbolicLink(temp.resolve("linked"), blobs);
    RenamedFiles others = new RenamedFiles(linked, flushed::add);
    others.makeFolder("sha256");
    others.makeFolder("sha512");
    others.flushAll();
    assertEquals(
        List.of(linked, linked, linked.resolve("sha256"), linked.resolve("sha512")),
        flushed.stream().sorted().toList());
  }

  @Test
  void namesInALinkedFolderThatAnotherProcessGaveAreFlushedToo() throws IOException {
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.createSymbolicLink(blobs.resolve("sha512"), elsewhere);
    Files.createSymbolicLink(blobs.resolve("nowhere"), temp.resolve("not there"));
    names.flushAll();
    assertEquals(
        List.of(blobs, blobs.resolve("sha256"), blobs.resolve("sha512")),
        flushed.stream().sorted().toList());
  }

  /** The lost+found of a device, say. */
  @Test
  void aFolderThatOnlySomebodyElseMayReadIsLeftAlone() throws IOException {
    Path foreign = Files.createDirectory(blobs.resolve("lost+found"));
    RenamedFiles all =
        new RenamedFiles(
            blobs,
            folder -> {
              if (folder.equals(foreign)) {
                throw new AccessDeniedException(folder.toString());
              }
              flushed.add(folder);
            });
    all.flushAll();
    assertEquals(
        List.of(blobs, blobs, blobs.resolve("sha256")), flushed.stream().sorted().toList());
  }

  @Test
  void whatCouldNotBeFlushedIsTriedAgain() throws IOException {
    AtomicBoolean fails = new AtomicBoolean();
    RenamedFiles failing =
        new RenamedFiles(
            blobs,
            folder -> {
              if (fails.get()) {
                throw new IOException("test");
              }
              flushed.add(folder);
            });
    failing.rename(Files.writeString(temp.resolve("t"), "x"), blobs.resolve("sha256/bb"));
    fails.set(true);
    assertThrows(IOException.class, failing::flush);
    fails.set(false);
    flushed.clear();
    failing.flush();
    assertEquals(List.of(blobs.resolve("sha256")), flushed);
  }
}
