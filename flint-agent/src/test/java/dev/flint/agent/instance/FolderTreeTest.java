package dev.flint.agent.instance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTreeTest {
  @TempDir Path temp;

  @Test
  void deletesDeeperThanAPathIsLong() throws IOException {
    Path tree = Files.createDirectory(temp.resolve("tree"));
    Path chain = Files.createDirectory(temp.resolve("chain"));
    String name = "d".repeat(200);
    // Each round puts all so far one folder deeper, which no path has to say.
    for (int depth = 0; depth < 50; depth++) {
      Path outer = Files.createDirectory(temp.resolve("outer"));
      Files.createFile(outer.resolve("file"));
      Files.move(chain, outer.resolve(name));
      chain = Files.move(outer, chain);
    }
    Files.move(chain, tree.resolve("chain"));
    FolderTree.delete(tree);
    assertFalse(Files.exists(tree));
  }

  @Test
  void leavesWhatLinksLeadTo() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.createFile(outside.resolve("file"));
    Path tree = Files.createDirectories(temp.resolve("tree/inner"));
    Files.createSymbolicLink(tree.resolve("link"), outside);
    FolderTree.delete(temp.resolve("tree"));
    assertTrue(Files.exists(outside.resolve("file")));
    FolderTree.delete(temp.resolve("tree"));
  }

  @Test
  void deletesALinkInThePlaceOfAFolderAndNothingElse() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.createFile(outside.resolve("file"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), outside);
    FolderTree.delete(link);
    assertFalse(Files.isSymbolicLink(link));
    assertTrue(Files.exists(outside.resolve("file")));
    FolderTree.delete(Files.createSymbolicLink(link, temp.resolve("nowhere")));
    assertFalse(Files.isSymbolicLink(link));
  }
}
