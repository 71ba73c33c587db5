package dev.flint.agent.rootfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.testing.BusyboxImage;
import dev.flint.agent.testing.Containerd;
import dev.flint.agent.testing.Root;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.ChildJvm;
import dev.flint.testing.Command;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers as folders, against tar, umoci and the kernel's own overlayfs. */
class LayerFoldersIT {
  private static final byte[] NOTHING = new byte[0];

  @TempDir Path temp;

  private OciLayout layout;
  private LayerFolders folders;

  @BeforeEach
  void open() throws IOException {
    Root.require();
    layout = OciLayout.openOrCreate(temp.resolve("layout"));
    folders = new LayerFolders(temp.resolve("layers"));
  }

  @AfterEach
  void close() throws IOException {
    if (layout != null) {
      layout.close();
    }
  }

  private Document image(byte[]... tars) throws IOException {
    return BusyboxImage.store(layout, JsonObject.empty(), List.of(tars));
  }

  private List<Path> unpack(Document image) throws IOException {
    Object content = BusyboxImage.unpack(layout, image, folders).content();
    return ((PreparedImage.Layers) content).layers();
  }

  /** What is there, with all that tar and overlayfs would tell of it. */
  private static String listing(Path folder) {
    return Command.run(
            "bash",
            "-c",
            "cd \"$1\" && find . -mindepth 1 -printf '%p %y %m %U %G %l\\n' | sort",
            "-",
            folder)
        .ok()
        .out();
  }

  @Test
  void whatWasPackedComesBack() throws IOException {
    Path source = Files.createDirectory(temp.resolve("source"));
    Command.run(
            "bash",
            "-c",
            "cd \"$1\" && mkdir -p d/e 'with space' && echo text >d/f && ln d/f hard && "
                + "ln -s /etc/passwd link && mkfifo fifo && mknod null c 1 3 && mknod loop b 7 300 &&"
                + " chown 1000:1001 d/f && chown -h 5:6 link && chmod 4755 d/f && chmod 1777 d/e &&"
                + " echo x >'a\\x2db' && echo y >ümlaut && touch -d '2001-02-03 04:05:06.5' d/f d"
                + " && touch -h -d '2002-01-01' link fifo",
            "-",
            source)
        .ok();
    Libc libc = Libc.bind();
    byte[] capability = new byte[20];
    capability[0] = 1;
    capability[3] = 2;
    capability[5] = (byte) 0x84;
    assertTrue(libc.tryAttribute(source.resolve("with space"), "user.x", "é".getBytes(UTF_8)));
    assertTrue(libc.tryAttribute(source.resolve("ümlaut"), "security.capability", capability));
    byte[] tar = BusyboxImage.tar(source);
    Path layer = unpack(image(tar)).get(0);
    assertEquals(listing(source), listing(layer));
    // Also times, attributes and content.
    assertArrayEquals(tar, BusyboxImage.tar(layer));
  }

  @Test
  void overlayfsShowsWhatUmociUnpacks() throws IOException {
    byte[] base =
        new TarBytes()
            .file("a/one", NOTHING)
            .file("a/two", NOTHING)
            .file("opaque/old", NOTHING)
            .file("both/old", NOTHING)
            .file("late/old", NOTHING)
            .file("gone", NOTHING)
            .file("whole/tree/file", NOTHING)
            .ended();
    byte[] top =
        new TarBytes()
            .file("a/.wh.one", NOTHING)
            .file(".wh.gone", NOTHING)
            .file(".wh.whole", NOTHING)
            .file("opaque/new", NOTHING)
            .file("opaque/.wh..wh..opq", NOTHING)
            .file(".wh.never", NOTHING)
            .file(".wh..wh.plnk", NOTHING)
            .ended();
    Document image = image(base, top);
    layout.tag("t", image.descriptor());
    List<Path> layers = unpack(image);
    Path merged = Files.createDirectory(temp.resolve("merged"));
    String options = "ro,lowerdir=" + layers.get(1) + ":" + layers.get(0);
    Command.run("mount", "-t", "overlay", "overlay", "-o", options, merged).ok();
    try {
      Path rootfs = temp.resolve("rootfs");
      Command.run("umoci", "raw", "unpack", "--image", layout.folder() + ":t", rootfs).ok();
      assertEquals(listing(rootfs), listing(merged));
      assertTrue(Files.exists(merged.resolve("a/two")));
      assertFalse(Files.exists(merged.resolve("opaque/old")));
    } finally {
      Command.run("umount", merged).ok();
    }
  }

  @Test
  void aLayersOwnStaysWhateverItsWhiteoutsHide() throws IOException {
    byte[] base = new TarBytes().file("d/old", NOTHING).file("e/old", NOTHING).ended();
    byte[] top =
        new TarBytes()
            .file(".wh.d", NOTHING)
            .file("d/new", NOTHING)
            .file("e/new", NOTHING)
            .file(".wh.e", NOTHING)
            .ended();
    List<Path> layers = unpack(image(base, top));
    Path merged = Files.createDirectory(temp.resolve("merged"));
    String options = "ro,lowerdir=" + layers.get(1) + ":" + layers.get(0);
    Command.run("mount", "-t", "overlay", "overlay", "-o", options, merged).ok();
    try {
      assertEquals(List.of("new"), names(merged.resolve("d")));
      assertEquals(List.of("new"), names(merged.resolve("e")));
    } finally {
      Command.run("umount", merged).ok();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void aLayerThatComesTwiceIsMountedOnce() throws IOException {
    byte[] one = new TarBytes().file("one", NOTHING).ended();
    byte[] two = new TarBytes().file("two", NOTHING).ended();
    assertEquals(
        List.of(folders.path(Digest.sha256(two)), folders.path(Digest.sha256(one))),
        unpack(image(one, two, one)));
  }

  static Stream<Arguments> hostile() {
    return Stream.of(
        tar("up", t -> t.file("../evil", NOTHING)),
        tar("up from within", t -> t.file("a/../../evil", NOTHING)),
        tar(
            "a loop",
            t ->
                t.entry('2', "a", "b", NOTHING)
                    .entry('2', "b", "a", NOTHING)
                    .file("a/evil", NOTHING)),
        tar("a hard link out", t -> t.entry('1', "evil", "../../outside/secret", NOTHING)),
        tar("a hard link to what is not there", t -> t.entry('1', "evil", "/etc/passwd", NOTHING)),
        tar(
            "a hard link through a link",
            t -> t.entry('2', "x", "/etc", NOTHING).entry('1', "evil", "x/passwd", NOTHING)),
        tar("a whiteout of nothing", t -> t.file(".wh.", NOTHING)),
        tar("a whiteout of the parent", t -> t.file("a/.wh...", NOTHING)),
        tar(
            "too much",
            t ->
                t.pax(
                        'x',
                        "GNU.sparse.major",
                        "1",
                        "GNU.sparse.minor",
                        "0",
                        "GNU.sparse.name",
                        "big",
                        "GNU.sparse.realsize",
                        "9999999999999")
                    .file("x", "1\n9999999999998\n1\n".getBytes(UTF_8))));
  }

  private static Arguments tar(String name, Consumer<TarBytes> entries) {
    TarBytes tar = new TarBytes();
    entries.accept(tar);
    return Arguments.of(name, tar.ended());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void refuses(String name, byte[] tar) throws IOException {
    Document image = image(tar);
    FlintException e = assertThrows(FlintException.class, () -> unpack(image));
    assertTrue(e.code() != ErrorCode.INTERNAL, e::toString);
    // Neither the layer nor what was begun of it.
    List<String> left = names(temp.resolve("layers/sha256"));
    assertEquals(1, left.size(), left.toString());
    assertFalse(Files.exists(temp.resolve("evil")));
  }

  @Test
  void linksLeadNobodyOut() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("file"), "mine", UTF_8);
    byte[] tar =
        new TarBytes()
            .entry('2', "absolute", outside.toString(), NOTHING)
            .file("absolute/evil", NOTHING)
            .entry('2', "up", "../../../../../../../../" + outside, NOTHING)
            .file("up/evil2", NOTHING)
            .entry('2', "name", outside + "/file", NOTHING)
            .file("name", "other".getBytes(UTF_8))
            .entry('2', "was", outside.toString(), NOTHING)
            .entry('5', "was", "", NOTHING)
            .file("was/evil3", NOTHING)
            .ended();
    Path layer = unpack(image(tar)).get(0);
    assertEquals(List.of("file"), names(outside));
    assertEquals("mine", Files.readString(outside.resolve("file"), UTF_8));
    assertEquals("other", Files.readString(layer.resolve("name"), UTF_8));
    assertTrue(Files.exists(layer.resolve("was/evil3")));
    assertTrue(Files.exists(layer.resolve(outside.toString().substring(1) + "/evil")));
  }

  @Test
  void attributesThatSteerOverlayfsAreLeftOut() throws IOException {
    byte[] tar =
        new TarBytes()
            .pax(
                'x',
                "SCHILY.xattr.trusted.overlay.redirect",
                "/etc",
                "SCHILY.xattr.user.overlay.opaque",
                "y",
                "SCHILY.xattr.user.kept",
                "1")
            .entry('5', "d", "", NOTHING)
            .ended();
    Path layer = unpack(image(tar)).get(0);
    byte[] packed = BusyboxImage.tar(layer);
    String text = new String(packed, ISO_8859_1);
    assertTrue(text.contains("SCHILY.xattr.user.kept"));
    assertFalse(text.contains("overlay"));
  }

  @Test
  void aWrongDiffIdIsRefused() throws IOException {
    Document image =
        TestImages.handMade(
            layout,
            MediaType.OCI_LAYER_TAR,
            new TarBytes().file("f", NOTHING).ended(),
            TestImages.config(Digest.sha256(NOTHING)));
    FlintException e = assertThrows(FlintException.class, () -> unpack(image));
    assertEquals(ErrorCode.INTEGRITY, e.code());
  }

  /** Enough files to be caught at it. */
  private static byte[] many() {
    TarBytes tar = new TarBytes();
    for (int i = 0; i < 3000; i++) {
      tar.file("d" + i % 10 + "/f" + i, new byte[2000]);
    }
    return tar.ended();
  }

  @Test
  void severalMayUnpackTheSame() throws Exception {
    Document image = image(many());
    List<CompletableFuture<List<Path>>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return unpack(image);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }));
    }
    for (CompletableFuture<List<Path>> one : all) {
      assertEquals(10, names(one.get(60, TimeUnit.SECONDS).get(0)).size());
    }
  }

  @Test
  void aKilledProcessLeavesNoHalfLayer() throws Exception {
    byte[] tar = many();
    Digest diffId = Digest.sha256(tar);
    Document image = image(tar);
    Path begun = temp.resolve("layers/sha256/." + diffId.encoded() + ".unfinished");
    Process child =
        ChildJvm.start(
            "64m",
            UnpackProcess.class,
            layout.folder(),
            image.descriptor().digest(),
            image.descriptor().size(),
            temp.resolve("layers"));
    try {
      Containerd.await("it has begun", () -> Files.exists(begun.resolve("d9/f9")));
    } finally {
      child.destroyForcibly();
      child.waitFor();
    }
    assertTrue(Files.exists(begun) != Files.exists(folders.path(diffId)));
    assertEquals(10, names(unpack(image).get(0)).size());
    assertFalse(Files.exists(begun));
    assertTrue(folders.delete(diffId));
    assertFalse(Files.exists(folders.path(diffId)));
    assertFalse(folders.delete(diffId));
  }
}
