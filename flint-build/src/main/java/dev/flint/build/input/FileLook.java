package dev.flint.build.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a file looks like from outside.
 *
 * @param text tells it apart from any other look
 * @param changed when it last changed
 */
record FileLook(String text, Instant changed) {
  private static final List<String> NAMES =
      List.of("size", "lastModifiedTime", "ctime", "ino", "dev");

  static FileLook of(Path file) throws IOException {
    Map<String, Object> seen =
        Files.readAttributes(file, "unix:" + String.join(",", NAMES), LinkOption.NOFOLLOW_LINKS);
    StringBuilder text = new StringBuilder();
    NAMES.forEach(name -> text.append(seen.get(name)).append(' '));
    Instant changed = seen.get("ctime") instanceof FileTime time ? time.toInstant() : Instant.MIN;
    return new FileLook(text.toString(), changed);
  }
}
