package dev.flint.agent.image;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.PreparedImage.Disk;
import dev.flint.agent.instance.PreparedImage.Layers;
import dev.flint.oci.Digest;
import dev.flint.oci.disk.HoleMap;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The disks and layers that lie below a folder of images, by keys: the end of their paths. So it
 * does not matter by which links somebody came to the folder.
 */
final class UnpackedContent {
  /** The folder of disks. */
  static final String DISKS = "disks";

  /** How names of disks end. */
  static final String DISK_SUFFIX = ".disk";

  /** The folder of layers. */
  static final String LAYERS = "layers";

  private static final long STEP = 1 << 20;

  private final Path images;

  UnpackedContent(Path images) {
    this.images = images;
  }

  /** The key of a disk. */
  static String diskKey(Digest digest) {
    return DISKS + "/" + digest.algorithm() + "-" + digest.encoded() + DISK_SUFFIX;
  }

  /** The key of a layer. */
  static String layerKey(Digest diffId) {
    return diffId.algorithm() + "/" + diffId.encoded();
  }

  /** The keys of all that an image needs. */
  static Set<String> keys(PreparedImage image) {
    Set<String> keys = new HashSet<>();
    if (image.content() instanceof Disk disk) {
      keys.add(key(disk.file()));
    } else {
      for (Path layer : ((Layers) image.content()).layers()) {
        keys.add(key(layer));
      }
    }
    return keys;
  }

  private static String key(Path content) {
    int names = content.getNameCount();
    return names < 2 ? content.toString() : content.subpath(names - 2, names).toString();
  }

  /** All that is there. */
  Map<String, Path> list() throws IOException {
    Map<String, Path> found = new TreeMap<>();
    add(images.resolve(DISKS), "*" + DISK_SUFFIX, found);
    Path layers = images.resolve(LAYERS);
    if (Files.isDirectory(layers)) {
      try (DirectoryStream<Path> algorithms = Files.newDirectoryStream(layers, "[!.]*")) {
        for (Path algorithm : algorithms) {
          add(algorithm, "[!.]*", found);
        }
      }
    }
    return found;
  }

  private static void add(Path folder, String pattern, Map<String, Path> found) throws IOException {
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
        for (Path entry : entries) {
          found.put(key(entry), entry);
        }
      }
    }
  }

  /**
   * When it was put there, or its permissions changed, in milliseconds since 1970: what it says
   * itself is what its image says.
   */
  static long putThere(Path content) throws IOException {
    Object time = Files.getAttribute(content, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    return ((FileTime) time).toMillis();
  }

  /** About how many bytes are free once it is deleted; 0 if it is not there. */
  static long bytes(Path content) throws IOException {
    if (Files.isRegularFile(content, LinkOption.NOFOLLOW_LINKS)) {
      return dataBytes(content);
    }
    if (!Files.isDirectory(content, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    long[] sum = new long[1];
    Files.walkFileTree(
        content,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  private static long dataBytes(Path file) throws IOException {
    long size = Files.size(file);
    long data = 0;
    try (HoleMap holes = HoleMap.open(file)) {
      // Holes are looked for in steps, so small ones may count as data.
      for (long at = 0; at < size; ) {
        long zeros = holes.zerosAt(at);
        if (zeros > 0) {
          at += zeros;
        } else {
          long step = Math.min(STEP, size - at);
          data += step;
          at += step;
        }
      }
    }
    return data;
  }
}
