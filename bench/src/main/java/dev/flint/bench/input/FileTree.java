package dev.flint.bench.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import java.util.Set;

/**
 * What is on a disk: files of the machine, an application of 6 MiB that cannot be compressed, and
 * 200 small files of settings. Version 2 has another application, somewhat larger, and 3 of the
 * settings grew.
 */
final class FileTree {
  private static final int APPLICATION = 6 << 20;
  private static final int GROWTH = 100_000;
  private static final int SETTINGS = 200;
  private static final Set<Integer> CHANGED = Set.of(17, 90, 150);

  private FileTree() {}

  /** Fills a folder that does not exist with about {@code size} bytes and the rest. */
  static void make(Path folder, long size, int version) throws IOException {
    for (Path file : SystemFiles.pick(size)) {
      Path copy = folder.resolve(file.getRoot().relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    Path application = Files.createDirectories(folder.resolve("app"));
    byte[] noise = new byte[APPLICATION + (version - 1) * GROWTH];
    new Random(version).nextBytes(noise);
    Files.write(application.resolve("application.bin"), noise);
    Path settings = Files.createDirectories(application.resolve("conf.d"));
    for (int i = 0; i < SETTINGS; i++) {
      Files.writeString(
          settings.resolve("%03d.conf".formatted(i)),
          settings(i, version > 1 && CHANGED.contains(i)),
          StandardCharsets.UTF_8);
    }
  }

  private static String settings(int number, boolean changed) {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 10 + number % 30; line++) {
      text.append("key.%d = value %d of file %d%n".formatted(line, line * number, number));
    }
    for (int line = 0; changed && line < 300; line++) {
      text.append("added.%d = in version 2%n".formatted(line));
    }
    return text.toString();
  }
}
