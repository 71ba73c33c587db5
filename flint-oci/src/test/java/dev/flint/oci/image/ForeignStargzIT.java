package dev.flint.oci.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.disk.TestDisks;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.Command;
import dev.flint.testing.StargzReader;
import dev.flint.testing.StargzReader.Made;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers that the library of stargz-snapshotter made, whatever their tables look like. Its
 * zstd:chunked layers have no end blocks, and so are no whole tar for Flint.
 */
final class ForeignStargzIT {
  private static final byte[] DISK = TestDisks.guest(9, (5 << 20) + 3);

  @TempDir static Path shared;
  @TempDir private Path folder;

  private static StargzReader stargz;

  /** What goes into a layer, in order, and how the library shall make it. */
  record Recipe(TarBytes tar, List<String> options) {
    @Override
    public String toString() {
      return options.toString();
    }
  }

  @BeforeAll
  static void build() throws IOException {
    stargz = StargzReader.build(shared);
  }

  static Stream<Recipe> recipes() {
    String small = "-chunk-size=70000";
    String diskFirst = "-first=disk.raw";
    return Stream.of(
        layer(disk()),
        layer(disk(), small),
        layer(disk(), small, diskFirst),
        layer(disk(), diskFirst),
        layer(several(), small),
        layer(several(), small, diskFirst),
        layer(several(), "-first=empty"),
        layer(several(), "-first=some/small"));
  }

  private static TarBytes disk() {
    return new TarBytes().file("disk.raw", DISK);
  }

  private static TarBytes several() {
    return new TarBytes()
        .entry('5', "some/", "", new byte[0])
        .file("empty", new byte[0])
        .file("disk.raw", DISK)
        .file("some/small", new byte[] {1, 2, 3});
  }

  private static Recipe layer(TarBytes tar, String... options) {
    return new Recipe(tar, List.of(options));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void givesTheDisk(Recipe recipe) throws IOException {
    Path blob = folder.resolve("layer");
    Made made = make(recipe, blob);
    assertArrayEquals(DISK, unpack(Files.readAllBytes(blob), made));
  }

  @Test
  void givesTheDiskWhenAnotherToolCompressedTheLayerAnewAndKeptTheAnnotation() throws IOException {
    Path blob = folder.resolve("layer.gz");
    Made made = make(layer(disk(), "-chunk-size=70000", "-first=disk.raw"), blob);
    Command.run("gzip", "-d", blob).ok();
    byte[] anew = TestImages.gzip(Files.readAllBytes(folder.resolve("layer")));
    assertArrayEquals(DISK, unpack(anew, made));
  }

  @Test
  void refusesADiffIdThatIsNotTheLayers() throws IOException {
    Path blob = folder.resolve("layer");
    Made made = make(layer(disk(), "-first=disk.raw"), blob);
    Made lie = new Made(made.tocDigest(), Digest.sha256(DISK));
    byte[] layer = Files.readAllBytes(blob);
    FlintException e = assertThrows(FlintException.class, () -> unpack(layer, lie));
    assertEquals(ErrorCode.INTEGRITY, e.code());
  }

  private Made make(Recipe recipe, Path blob) throws IOException {
    Path tar = folder.resolve("layer.tar");
    Files.write(tar, recipe.tar().ended());
    return stargz.make(tar, blob, recipe.options().toArray(String[]::new));
  }

  private byte[] unpack(byte[] layer, Made made) throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder.resolve("store"))) {
      Descriptor descriptor =
          TestImages.store(layout, MediaType.OCI_LAYER_GZIP, layer)
              .withAnnotations(
                  Map.of("containerd.io/snapshot/stargz/toc.digest", made.tocDigest().toString()));
      Descriptor config =
          TestImages.store(layout, MediaType.OCI_CONFIG, TestImages.config(made.diffId()).bytes());
      Document manifest = Manifest.create(config, List.of(descriptor), Map.of());
      layout.put(manifest);
      Path out = folder.resolve("out");
      try (FileChannel target = TestDisks.open(out)) {
        TestImages.unpacker(layout, 1 << 30)
            .unpack(DiskImage.of(layout, manifest), target, ProgressListener.NONE);
      }
      return Files.readAllBytes(out);
    }
  }
}
