package dev.flint.agent.kube.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUseTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path root;

  private static DiskUse sh(String script) {
    return new DiskUse(List.of("/bin/sh", "-c", script, "du"));
  }

  private long of(Path folder) throws IOException {
    return new DiskUse().of(List.of(folder)).getOrDefault(folder, 0L);
  }

  @Test
  void countsBlocksAndFollowsNoLink() throws IOException {
    Files.write(root.resolve("outside"), new byte[8 * MIB]);
    Path folder = root.resolve("a");
    Files.createDirectories(folder.resolve("b"));
    Files.write(folder.resolve("one"), new byte[MIB]);
    Files.write(folder.resolve("b/two"), new byte[MIB]);
    Files.createLink(folder.resolve("again"), folder.resolve("one"));
    Files.createSymbolicLink(folder.resolve("link"), root.resolve("outside"));
    Files.createSymbolicLink(folder.resolve("up"), root);
    try (RandomAccessFile holes = new RandomAccessFile(folder.resolve("holes").toFile(), "rw")) {
      holes.setLength(100L * MIB);
    }
    long size = of(folder);
    assertTrue(size >= 2 * MIB && size < 3 * MIB, () -> "" + size);
    Path link = Files.createSymbolicLink(root.resolve("to"), folder);
    assertEquals(0, of(link));
    assertEquals(0, of(root.resolve("nothing")));
  }

  @Test
  void tellsFoldersApart() throws IOException {
    Path one = Files.createDirectory(root.resolve("one"));
    Path two = Files.createDirectory(root.resolve("two words\tand a tab"));
    Files.write(two.resolve("f"), new byte[MIB]);
    // Whoever names files may lie about their own folder only, and not make it less.
    Files.createDirectory(two.resolve("x\n1\t" + one.getFileName()));
    Map<Path, Long> sizes = new DiskUse().of(List.of(one, root.resolve("none"), two));
    assertTrue(sizes.getOrDefault(one, -1L) < MIB, sizes::toString);
    assertTrue(sizes.getOrDefault(two, -1L) >= MIB, sizes::toString);
    assertEquals(2, sizes.size());
  }

  /** A container can make them so, and no name of a file would be short enough. */
  @Test
  void whatIsVeryDeepIsCountedToo() throws IOException {
    Path folder = Files.createDirectory(root.resolve("a"));
    String script =
        "i=0; while [ $i -lt 60 ]; do mkdir $1 && cd -P $1 || exit 1; i=$((i+1)); done;"
            + " head -c 1048576 /dev/zero >f";
    Command.run("sh", "-c", "cd " + folder + " && " + script, "sh", "d".repeat(100)).ok();
    try {
      assertTrue(of(folder) >= MIB);
    } finally {
      FolderTree.delete(folder);
    }
  }

  @Test
  void whatCannotBeCountedIsEndless() throws IOException {
    Path one = Files.createDirectory(root.resolve("one"));
    Path two = Files.createDirectory(root.resolve("two"));
    List<Path> both = List.of(one, two);
    String one4 = "printf '4\\t%s\\n' \"$1\"; ";
    assertEquals(
        Map.of(one, 4096L, two, DiskMeasure.ENDLESS), sh(one4 + "kill -XCPU $$").of(both), "time");
    assertEquals(
        Map.of(one, DiskMeasure.ENDLESS),
        sh("echo du: memory exhausted; exit 1").of(both),
        "memory");
    assertEquals(
        Map.of(one, 4096L, two, DiskMeasure.ENDLESS),
        sh(one4 + "echo 'du: fts_read failed: /two/d: Cannot allocate memory'; exit 1").of(both),
        "memory, as GNU's says it of wide trees");
    assertEquals(
        Map.of(one, DiskMeasure.ENDLESS, two, 0L),
        sh("echo 'du: d/d: File name too long'; " + one4 + "printf '0\\t%s\\n' \"$2\"; exit 1")
            .of(both),
        "another du, which does not go there");
  }

  @Test
  void filesThatGoMeanwhileAreNoFailure() throws IOException {
    Path one = Files.createDirectory(root.resolve("one"));
    String gone = "head -c 100000 /dev/zero | tr '\\0' x; echo ': No such file or directory'; ";
    assertEquals(
        Map.of(one, 4096L), sh(gone + "printf '4\\t%s\\n' \"$1\"; exit 1").of(List.of(one)));
    assertEquals(Map.of(), sh(gone + "exit 1").of(List.of(one)));
  }

  @Test
  void whatIsMovedWhileItIsCountedIsAskedForAgain() throws IOException {
    Path one = Files.createDirectory(root.resolve("one"));
    Path two = Files.createDirectory(root.resolve("two"));
    String moved = "echo 'du: fts_read failed: x/y: No such file or directory'; exit 1";
    String last = "for last; do :; done; printf '4\\t%s\\n' \"$last\"; ";
    assertEquals(Map.of(one, 4096L, two, 4096L), sh(last + moved).of(List.of(one, two)));
    DiskUse never = sh(moved);
    for (int i = 0; i < 5; i++) {
      assertEquals(Map.of(), never.of(List.of(one)));
    }
    assertEquals(Map.of(one, DiskMeasure.ENDLESS), never.of(List.of(one)));
    Files.delete(one);
    assertEquals(Map.of(), never.of(List.of(one, two)));
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Path one = Files.createDirectory(root.resolve("one"));
    FlintException e =
        assertThrows(FlintException.class, () -> sh("exec /nothing/du \"$@\"").of(List.of(one)));
    assertEquals("du, which says how much folders take, ended with 127", e.getMessage());
    assertEquals("install coreutils", e.remedy());
    assertThrows(FlintException.class, () -> sh("kill -9 $$").of(List.of(one)));
  }

  @Test
  void isNotWaitedForOnceClosed() throws Exception {
    Path one = Files.createDirectory(root.resolve("one"));
    Path begun = root.resolve("begun");
    DiskUse use = sh("mkfifo '" + begun + "'; exec cat '" + begun + "'");
    CompletableFuture<Map<Path, Long>> asked = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                asked.complete(use.of(List.of(one)));
              } catch (IOException e) {
                asked.completeExceptionally(e);
              }
            });
    thread.start();
    Containerd.await("it is asked", () -> Files.exists(begun));
    use.close();
    assertEquals(Map.of(), asked.get(60, TimeUnit.SECONDS));
    assertEquals(Map.of(), use.of(List.of(one)));
  }
}
