package dev.flint.agent.image;

import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Reference;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder of an agent with images in it, for tests. */
final class Cache {
  static final int DISK_BYTES = 1 << 20;
  private static final int FILE_BYTES = 1000;

  final Path state;
  final Path images;
  final KnownImages known;

  Cache(Path state) {
    this.state = state;
    this.images = state.resolve("images");
    this.known = new KnownImages(images);
  }

  static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A disk of a MiB, used so long ago. */
  PreparedImage disk(String name, Duration ago) throws IOException {
    Digest digest = digest("disk " + name);
    Path file = images.resolve(UnpackedContent.diskKey(digest));
    Files.createDirectories(images.resolve(UnpackedContent.DISKS));
    Files.write(file, new byte[DISK_BYTES]);
    return keep(name, new PreparedImage.Disk(file, DiskFormat.RAW, digest, DISK_BYTES), ago);
  }

  /** A container image of layers of a kilobyte each, used so long ago. */
  PreparedImage layers(String name, Duration ago, String... layers) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (String layer : layers) {
      Path folder = layer(layer);
      Files.createDirectories(folder.resolve("usr"));
      Files.write(folder.resolve("usr/file"), new byte[FILE_BYTES]);
      folders.add(folder);
    }
    return keep(name, new PreparedImage.Layers(folders), ago);
  }

  Path layer(String layer) {
    return images
        .resolve(UnpackedContent.LAYERS)
        .resolve(UnpackedContent.layerKey(digest("layer " + layer)));
  }

  private PreparedImage keep(String name, PreparedImage.Content content, Duration ago)
      throws IOException {
    PreparedImage image =
        new PreparedImage(digest("image " + name), ImageConfig.of(JsonObject.empty()), content);
    known.keep(Reference.parse(name), image.manifest(), image, Optional.empty());
    for (KnownImages.Entry entry : known.all()) {
      if (entry.image().manifest().equals(image.manifest())) {
        Files.setLastModifiedTime(entry.file(), FileTime.from(Instant.now().minus(ago)));
      }
    }
    return image;
  }

  /** An instance that uses an image, whatever it does. */
  Path instance(String id, PreparedImage image) throws IOException {
    Path folder = Files.createDirectories(state.resolve("instances").resolve(id));
    return Files.write(folder.resolve("image.json"), ImageDocument.write(image).bytes());
  }

  boolean isHere(String name) throws IOException {
    return known.find(Reference.parse(name).toString()).isPresent();
  }

  /** All that takes room: files of content, wherever they are. */
  long bytesLeft() throws IOException {
    try (Stream<Path> files = Files.walk(images)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.toString();
        sum += name.endsWith(".json") || name.endsWith(".lock") ? 0 : Files.size(file);
      }
      return sum;
    }
  }
}
