package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.store.StoreContents.BlobUse;
import dev.flint.oci.store.StoreContents.ImageUse;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreContentsTest {
  @TempDir private Path folder;

  private static Document image(OciLayout layout, String layer, String config) throws IOException {
    return TestImages.handMade(
        layout,
        MediaType.OCI_LAYER_TAR,
        layer.getBytes(StandardCharsets.UTF_8),
        TestImages.config(Digest.sha256(config.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void uniqueIsWhatRemovingTheImageWouldFree() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document first = image(layout, "shared layer", "first");
      Document second = image(layout, "shared layer", "second");
      layout.tag("first:1", first.descriptor());
      layout.tag("second:1", second.descriptor());
      layout.tag("second:2", second.descriptor());
      List<ImageUse> images = StoreContents.read(layout).images();
      assertEquals(
          List.of("first:1", "second:1", "second:2"), images.stream().map(ImageUse::name).toList());
      assertEquals(0, images.get(1).unique(), "it has another name");
      assertEquals("shared layer".length(), images.get(0).shared());
      layout.changeIndex(index -> index.withRetired("first:1"));
      assertEquals(images.get(0).unique(), new GarbageCollector(layout).sweep().orElseThrow());
    }
  }

  @Test
  void listsBlobsWithWhatTheyAreAndWhoUsesThem() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document image = image(layout, "layer", "config");
      layout.tag("b:1", image.descriptor());
      layout.tag("a:1", image.descriptor());
      Blob orphan = layout.put("nobody's".getBytes(StandardCharsets.UTF_8));
      StoreContents contents = StoreContents.read(layout);
      assertEquals(4, contents.blobs().size());
      for (BlobUse blob : contents.blobs()) {
        if (blob.digest().equals(orphan.digest())) {
          assertEquals(BlobRole.ORPHAN, blob.role());
          assertTrue(blob.isOrphan());
        } else {
          assertEquals(List.of("a:1", "b:1"), blob.images());
        }
        if (blob.digest().equals(image.digest())) {
          assertEquals(BlobRole.MANIFEST, blob.role());
        }
      }
      assertEquals(orphan.size(), contents.totals().orphans());
      long all = contents.blobs().stream().mapToLong(BlobUse::bytes).sum();
      assertEquals(all, contents.totals().bytes());
    }
  }

  @Test
  void aMissingLayerTakesNothingAndADamagedManifestHidesItsParts() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document image = image(layout, "layer", "config");
      layout.tag("a:1", image.descriptor());
      Manifest manifest = Manifest.of(image);
      layout.delete(manifest.layers().get(0).digest());
      assertEquals(
          image.descriptor().size() + manifest.config().size(),
          StoreContents.read(layout).images().get(0).bytes());
      Files.write(layout.find(image.digest()).orElseThrow().file(), new byte[3]);
      assertEquals(3, StoreContents.read(layout).images().get(0).bytes());
    }
  }
}
