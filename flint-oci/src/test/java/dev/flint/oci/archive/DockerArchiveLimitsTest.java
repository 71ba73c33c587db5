package dev.flint.oci.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.testing.Failures;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small docker-archive cannot make much work. */
final class DockerArchiveLimitsTest {
  private static final byte[] LAYER = TestArchive.LAYER;
  private static final byte[] OTHER = new TarBytes().file("other", "x".getBytes(UTF_8)).ended();

  @TempDir private Path folder;
  private final TarBytes files = new TarBytes();
  private final List<String> images = new ArrayList<>();

  /** Adds a config for an image of one layer. */
  private String config(Digest diffId) {
    byte[] bytes = TestImages.config(diffId).bytes();
    String name = Digest.sha256(bytes).encoded() + ".json";
    files.file(name, bytes);
    return name;
  }

  private void image(String config, String layer) {
    images.add("{\"Config\":\"%s\",\"Layers\":[\"%s\"]}".formatted(config, layer));
  }

  /** Opens it with a limit of so many bytes for all layers together. */
  private int open(long limit) throws IOException {
    byte[] manifest = ("[" + String.join(",", images) + "]").getBytes(UTF_8);
    Path file = TestArchive.write(folder, files.file("manifest.json", manifest).ended());
    ArchiveFile archive = ArchiveFile.open(file, TestArchive.spool(folder));
    try (ImageBundle bundle = Archives.read(archive, new Spool(folder, limit))) {
      return bundle.images().size();
    }
  }

  @Test
  void refusesMoreImagesThanAnyArchiveHas() {
    files.file("l", LAYER);
    String config = config(Digest.sha256(LAYER));
    for (int i = 0; i <= 1024; i++) {
      image(config, "l");
    }
    Failures.expect(ErrorCode.POLICY, () -> open(Long.MAX_VALUE));
  }

  @Test
  void theLimitIsForAllLayersTogether() throws IOException {
    files.file("l", TestImages.gzip(LAYER)).file("m", OTHER);
    image(config(Digest.sha256(LAYER)), "l");
    image(config(Digest.sha256(OTHER)), "m");
    Failures.expect(ErrorCode.POLICY, () -> open(LAYER.length + OTHER.length - 1));
  }

  @Test
  void takesAsMuchAsTheLimitAllows() throws IOException {
    files.file("l", TestImages.gzip(LAYER)).file("m", OTHER);
    image(config(Digest.sha256(LAYER)), "l");
    image(config(Digest.sha256(OTHER)), "m");
    assertEquals(2, open(LAYER.length + OTHER.length));
  }

  /** Whatever it is called. */
  @Test
  void readsALayerOnce() throws IOException {
    files.file("l", LAYER);
    String config = config(Digest.sha256(LAYER));
    image(config, "l");
    image(config, "./l");
    image("./" + config, "l");
    assertEquals(3, open(LAYER.length));
  }

  /** Configs that take turns in how they name a layer do not make it be read each time. */
  @Test
  void readsALayerOnceForEachKindOfDigest() throws IOException {
    files.file("l", LAYER);
    String config = config(Digest.sha256(LAYER));
    String long512 = config(new Digest("sha512", "0".repeat(128)).sameAlgorithm(LAYER));
    for (int i = 0; i < 10; i++) {
      image(config, "l");
      image(long512, "l");
    }
    assertEquals(20, open(2L * LAYER.length));
  }
}
