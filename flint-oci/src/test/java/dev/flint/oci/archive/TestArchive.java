package dev.flint.oci.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.LayoutVersion;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A small image and the entries of an archive of it. */
final class TestArchive {
  static final byte[] LAYER = new TarBytes().file("hello", "hello".getBytes(UTF_8)).ended();
  static final byte[] CONFIG = TestImages.config(Digest.sha256(LAYER)).bytes();
  static final Document IMAGE =
      Manifest.create(
          Descriptor.of(MediaType.OCI_CONFIG, Digest.sha256(CONFIG), CONFIG.length),
          List.of(Descriptor.of(MediaType.OCI_LAYER_TAR, Digest.sha256(LAYER), LAYER.length)),
          Map.of());

  private TestArchive() {}

  static Spool spool(Path folder) {
    return new Spool(folder, 1 << 30);
  }

  static String blob(byte[] bytes) {
    return "blobs/sha256/" + Digest.sha256(bytes).encoded();
  }

  static byte[] index() throws IOException {
    return LayoutIndex.empty().withName("v1", IMAGE.descriptor()).bytes();
  }

  /** The blobs of the image without layout file and index. */
  static TarBytes blobs() {
    return new TarBytes()
        .file(blob(LAYER), LAYER)
        .file(blob(CONFIG), CONFIG)
        .file(blob(IMAGE.bytes()), IMAGE.bytes());
  }

  static TarBytes layout() throws IOException {
    return blobs().file(LayoutVersion.FILE, LayoutVersion.bytes()).file("index.json", index());
  }

  static TarBytes docker(byte[] layer) {
    String config = Digest.sha256(CONFIG).encoded() + ".json";
    String manifest =
        "[{\"Config\":\"%s\",\"RepoTags\":[\"alpine:1\"],\"Layers\":[\"l/layer.tar\"]}]"
            .formatted(config);
    return new TarBytes()
        .entry('2', "old/layer.tar", "../l/layer.tar", new byte[0])
        .file("l/layer.tar", layer)
        .file(config, CONFIG)
        .file("manifest.json", manifest.getBytes(UTF_8));
  }

  static Path write(Path folder, byte[] archive) throws IOException {
    return Files.write(folder.resolve("archive.tar"), archive);
  }

  /** Opens an oci-archive. */
  static ImageBundle openLayout(Path folder, byte[] archive) throws IOException {
    return Archives.readLayout(ArchiveFile.open(write(folder, archive), spool(folder)));
  }

  /** Opens an archive of either kind. */
  static ImageBundle open(Path folder, byte[] archive) throws IOException {
    return Archives.read(ArchiveFile.open(write(folder, archive), spool(folder)), spool(folder));
  }
}
