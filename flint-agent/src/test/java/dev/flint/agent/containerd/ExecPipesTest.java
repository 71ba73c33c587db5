package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ExecPipesTest {
  @TempDir private Path folder;

  /** Who opens a stream late finds nobody on the other side any more. */
  @Test
  void whoComesAfterTheReleaseDoesNotWait() throws IOException {
    InputStream out;
    try (ExecPipes pipes = ExecPipes.create(folder, false)) {
      pipes.release();
      try (OutputStream in = pipes.openIn()) {
        in.write(1);
      }
      out = pipes.openOut();
    }
    try (InputStream late = out) {
      assertEquals(-1, late.read());
    }
    assertEquals(List.of(), names());
  }

  @Test
  void sweepsThoseOfWhoIsNoMore() throws IOException {
    ExecPipes.create(folder, true);
    Files.createDirectory(folder.resolve("secrets"));
    Files.createFile(folder.resolve("executable"));
    ExecPipes.sweep(folder);
    assertEquals(List.of("executable", "secrets"), names());
    ExecPipes.sweep(folder.resolve("nothing"));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(one -> one.getFileName().toString()).sorted().toList();
    }
  }
}
