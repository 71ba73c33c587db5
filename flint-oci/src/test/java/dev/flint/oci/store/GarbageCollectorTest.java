package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GarbageCollectorTest {
  @TempDir private Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Document image(OciLayout layout, String layer, String config) throws IOException {
    return TestImages.handMade(
        layout,
        MediaType.OCI_LAYER_TAR,
        bytes(layer),
        TestImages.config(Digest.sha256(bytes(config))));
  }

  private static Descriptor remove(OciLayout layout, String name) throws IOException {
    Descriptor entry = layout.index().find(name).orElseThrow();
    layout.changeIndex(index -> index.withoutName(name));
    return entry;
  }

  private Set<String> blobs() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("blobs/sha256"))) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  private static Set<String> names(Collection<Digest> digests) {
    return new TreeSet<>(digests.stream().map(Digest::encoded).toList());
  }

  private static List<Digest> parts(Document... documents) throws IOException {
    List<Digest> parts = new java.util.ArrayList<>();
    for (Document document : documents) {
      Manifest manifest = Manifest.of(document);
      parts.addAll(
          List.of(
              document.digest(), manifest.config().digest(), manifest.layers().get(0).digest()));
    }
    return parts;
  }

  @Test
  void removesWhatOnlyTheRemovedImageUsed() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document first = image(layout, "shared layer", "first");
      Document second = image(layout, "shared layer", "second");
      Blob foreign = layout.put(bytes("of another tool"));
      layout.tag("first", first.descriptor());
      layout.tag("second", second.descriptor());
      Descriptor removed = remove(layout, "first");
      long configSize = Manifest.of(first).config().size();
      assertEquals(
          Optional.of(first.descriptor().size() + configSize),
          new GarbageCollector(layout).collect(List.of(removed)));
      Set<String> kept = names(parts(second));
      kept.add(foreign.digest().encoded());
      assertEquals(kept, blobs());
    }
  }

  @Test
  void keepsAnImageThatHasAnotherName() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document image = image(layout, "layer", "config");
      layout.tag("a", image.descriptor());
      layout.tag("b", image.descriptor());
      assertEquals(
          Optional.of(0L), new GarbageCollector(layout).collect(List.of(remove(layout, "a"))));
      assertEquals(names(parts(image)), blobs());
    }
  }

  @Test
  void followsAnIndexBothWays() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document amd64 = image(layout, "amd64", "amd64");
      Document arm64 = image(layout, "arm64", "arm64");
      Document index =
          ImageIndex.create(
              List.of(
                  TestImages.entry(amd64, "linux", "amd64"),
                  TestImages.entry(arm64, "linux", "arm64")));
      layout.put(index);
      layout.tag("all", index.descriptor());
      layout.tag("one", amd64.descriptor());
      Descriptor one = remove(layout, "one");
      assertEquals(Optional.of(0L), new GarbageCollector(layout).collect(List.of(one)));
      layout.tag("one", amd64.descriptor());
      new GarbageCollector(layout).collect(List.of(remove(layout, "all")));
      assertEquals(names(parts(amd64)), blobs());
    }
  }

  @Test
  void removesNothingWhileTheLayoutIsInUse() throws Exception {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document image = image(layout, "layer", "config");
      layout.tag("a", image.descriptor());
      Descriptor removed = remove(layout, "a");
      GarbageCollector collector = new GarbageCollector(layout);
      try (OciLayout.Use use = layout.use();
          OciLayout.Use second = layout.use()) {
        assertEquals(Optional.empty(), collector.collect(List.of(removed)));
        Optional<?>[] elsewhere = {Optional.of("not run")};
        Thread other =
            new Thread(
                () -> {
                  try {
                    elsewhere[0] = collector.collect(List.of(removed));
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
        other.start();
        other.join();
        assertEquals(Optional.empty(), elsewhere[0]);
      }
      assertEquals(names(parts(image)), blobs());
      assertTrue(collector.collect(List.of(removed)).orElseThrow() > 0);
      assertEquals(Set.of(), blobs());
    }
  }

  /** Removing a damaged image is what its user is told to do. */
  @Test
  void removesADamagedImage() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document image = image(layout, "layer", "config");
      Document other = image(layout, "other", "other");
      layout.tag("a", image.descriptor());
      layout.tag("b", other.descriptor());
      Path file = layout.require(image.descriptor()).file();
      byte[] content = Files.readAllBytes(file);
      content[5] ^= 1;
      Files.write(file, content);
      new GarbageCollector(layout).collect(List.of(remove(layout, "a")));
      Set<String> left = blobs();
      assertTrue(left.containsAll(names(parts(other))));
      assertTrue(!left.contains(image.digest().encoded()), "the damaged manifest goes");
    }
  }

  @Test
  void removesAnImageOfWhichPartsAreMissing() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document image = image(layout, "layer", "config");
      layout.tag("a", image.descriptor());
      layout.delete(Manifest.of(image).config().digest());
      new GarbageCollector(layout).collect(List.of(remove(layout, "a")));
      assertEquals(Set.of(), blobs());
    }
  }
}
