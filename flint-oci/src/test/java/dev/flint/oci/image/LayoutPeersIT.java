package dev.flint.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.Reference;
import dev.flint.oci.disk.TestDisks;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.testing.Command;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other tools read what Flint stores as it lies there, and Flint reads what they leave. */
final class LayoutPeersIT {
  private static final byte[] DISK = TestDisks.qcow2(3, TestDisks.guest(4, 2 << 20));

  @TempDir private Path folder;

  private Path store() {
    return folder.resolve("store");
  }

  private String oci(String name) {
    return "oci:" + store() + ":" + name;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:5000/osv/hello:1.0",
        "r.io/a_b/c-d.e:T_1.0-x",
        "hello:latest",
        "127.0.0.1:1/x:1",
      })
  void skopeoCopiesAnImageByItsName(String name) throws IOException {
    Document manifest;
    try (OciLayout layout = OciLayout.openOrCreate(store())) {
      manifest = TestImages.pack(layout, name, DISK);
      TestImages.pack(layout, "r.io/decoy__x:_", TestDisks.guest(5, 4096));
    }
    Path out = folder.resolve("out");
    Command.run("skopeo", "copy", oci(name), "dir:" + out).ok();
    assertArrayEquals(manifest.bytes(), Files.readAllBytes(out.resolve("manifest.json")));
    Manifest view = Manifest.of(manifest);
    for (Descriptor blob : List.of(view.config(), view.layers().get(0))) {
      byte[] bytes = Files.readAllBytes(out.resolve(blob.digest().encoded()));
      assertEquals(blob.digest(), Digest.sha256(bytes));
    }
  }

  @Test
  void skopeoShowsTheFeatherKeys() throws IOException {
    String name = "localhost:5000/osv/hello:1.0";
    byte[] config;
    try (OciLayout layout = OciLayout.openOrCreate(store())) {
      config = layout.read(Manifest.of(TestImages.pack(layout, name, DISK)).config());
    }
    String shown = Command.run("skopeo", "inspect", "--config", "--raw", oci(name)).ok().out();
    assertEquals(new String(config, UTF_8), shown);
    assertTrue(shown.contains("\"feather.backend\":\"osv\",\"feather.runtime\":\"qemu\""), shown);
    String summary = Command.run("skopeo", "inspect", oci(name)).ok().out();
    assertTrue(summary.contains("\"Os\": \"linux\""), summary);
  }

  @Test
  void umociUnpacksTheDisk() throws IOException {
    String name = "localhost:5000/osv/hello:1.0";
    try (OciLayout layout = OciLayout.openOrCreate(store())) {
      TestImages.pack(layout, name, DISK);
    }
    Path bundle = folder.resolve("bundle");
    Command.run("umoci", "unpack", "--rootless", "--image", store() + ":" + name, bundle).ok();
    assertArrayEquals(DISK, Files.readAllBytes(bundle.resolve("rootfs/disk.qemu")));
  }

  /** E21. */
  @Test
  void readsWhatSkopeoAndUmociPutBesideItsOwn() throws IOException {
    Path foreign = folder.resolve("foreign");
    Document manifest;
    try (OciLayout layout = OciLayout.openOrCreate(foreign)) {
      manifest = TestImages.pack(layout, "r.io/theirs:1", DISK);
    }
    try (OciLayout layout = OciLayout.openOrCreate(store())) {
      TestImages.pack(layout, "r.io/mine:1", TestDisks.guest(5, 4096));
    }
    Command.run("skopeo", "copy", "oci:" + foreign + ":r.io/theirs:1", oci("r.io/theirs:1")).ok();
    Command.run("umoci", "tag", "--image", store() + ":r.io/mine:1", "r.io/mine:2").ok();
    try (OciLayout layout = OciLayout.openOrCreate(store())) {
      LayoutImages images = new LayoutImages(layout);
      Optional<Document> theirs = images.resolve(Reference.parse("r.io/theirs:1"));
      assertEquals(Optional.of(manifest), theirs);
      assertEquals(
          images.resolve(Reference.parse("r.io/mine:1")),
          images.resolve(Reference.parse("r.io/mine:2")));
      Path file = folder.resolve("disk");
      try (FileChannel target = TestDisks.open(file)) {
        TestImages.unpacker(layout, 1 << 30)
            .unpack(DiskImage.of(layout, theirs.orElseThrow()), target, ProgressListener.NONE);
      }
      assertArrayEquals(DISK, Files.readAllBytes(file));
    }
  }
}
