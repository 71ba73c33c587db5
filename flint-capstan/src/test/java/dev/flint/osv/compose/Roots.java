package dev.flint.osv.compose;

import dev.flint.osv.RofsTree;
import dev.flint.osv.RofsWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;

/** Trees as a guest would see them. */
public final class Roots {
  private Roots() {}

  /** All that is found: contents of files, {@code -> target} of links, {@code /} for folders. */
  public static SortedMap<String, String> texts(RofsTree tree, Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "root", "");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      new RofsWriter(tree, 1 << 30).write(channel);
      return PlainRofs.read(channel, 0).texts();
    } finally {
      Files.delete(file);
    }
  }
}
