package dev.flint.agent.containerd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file as overlayfs would show it, before anything is mounted. Follows no link: one could
 * lead out of the image. An /etc that hides the one below as a whole is taken for one that does
 * not, as its mark is not to be read from Java.
 *
 * @param layers folders, base first
 */
record LayerFile(List<Path> layers) {
  private static final int MAX_BYTES = 1 << 20;

  /** The bytes of a file, at most its first MiB; none if it is not there or no plain file. */
  byte[] read(String folder, String name) throws IOException {
    for (int at = layers.size() - 1; at >= 0; at--) {
      Path parent = layers.get(at).resolve(folder);
      BasicFileAttributes inLayer = attributes(parent);
      if (inLayer == null) {
        continue;
      }
      Path file = parent.resolve(name);
      BasicFileAttributes attributes = inLayer.isDirectory() ? attributes(file) : inLayer;
      if (attributes != null) {
        // Anything else is a link, or a whiteout, which hides what is below.
        return attributes.isRegularFile() && inLayer.isDirectory() ? bytes(file) : new byte[0];
      }
    }
    return new byte[0];
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(MAX_BYTES);
    }
  }

  private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
