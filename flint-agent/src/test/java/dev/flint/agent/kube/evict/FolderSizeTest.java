package dev.flint.agent.kube.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSizeTest {
  @TempDir private Path root;

  @Test
  void countsFilesAndFollowsNoLink() throws IOException {
    Files.write(root.resolve("outside"), new byte[5000]);
    Path folder = Files.createDirectory(root.resolve("a"));
    Files.createDirectory(folder.resolve("b"));
    Files.write(folder.resolve("one"), new byte[300]);
    Files.write(folder.resolve("b/two"), new byte[20]);
    Files.createSymbolicLink(folder.resolve("link"), root.resolve("outside"));
    Files.createSymbolicLink(folder.resolve("up"), root);
    assertEquals(320, FolderSize.of(folder));
    assertEquals(0, FolderSize.of(root.resolve("nothing")));
  }

  /** A container can make them as deep as it likes, and each level is an open folder. */
  @Test
  void whatIsVeryDeepDoesNotCount() throws IOException {
    Path folder = root;
    for (int i = 0; i < 1000; i++) {
      folder = Files.createDirectory(folder.resolve("d"));
      Files.write(folder.resolve("f"), new byte[1]);
    }
    assertEquals(63, FolderSize.of(root));
  }
}
