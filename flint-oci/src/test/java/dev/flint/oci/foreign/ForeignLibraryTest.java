package dev.flint.oci.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ForeignLibraryTest {
  private static final int SIZE = 1 << 20;

  @TempDir Path folder;

  private Path disk;

  @BeforeEach
  void makesADiskOfOneHole() throws IOException {
    disk = folder.resolve("disk");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(SIZE);
    }
  }

  @Test
  void passesOverWhatIsMissing() {
    assertEquals(
        Optional.empty(), ForeignLibrary.bind(List.of("no-such-library"), library -> library));
    assertEquals(
        Optional.empty(),
        ForeignLibrary.bindProcess(process -> process.getFunction("no_such_function")));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void isSilentWhereAllIsThere() {
    Peers.requireLibrary("libdeflate.so.0");
    assertEquals(
        new Command.Result(0, "gzip; libdeflate\n%d %d\n".formatted(SIZE, SIZE), ""),
        report("-Djna.tmpdir=" + folder));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Djna.tmpdir=/dev/null/no-folder",
        "-Djna.tmpdir=/proc",
        "-Djna.noclasspath=true",
        "-Djna.tmpdir=/dev/null/no-folder -Djna.debug_load.jna=true",
      })
  void isSilentWhereJnaCannotStart(String options) {
    assertEquals(
        new Command.Result(0, "gzip; jdk\n%d 0\n".formatted(SIZE), ""), report(options.split(" ")));
  }

  private Command.Result report(String... options) {
    List<Object> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java"));
    if (Runtime.version().feature() >= 22) {
      words.add("--enable-native-access=ALL-UNNAMED");
    }
    words.addAll(List.of(options));
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(List.of(NativeCodeReport.class.getName(), disk));
    return Command.run(words.toArray());
  }
}
