package dev.flint.agent.log;

import dev.flint.agent.log.RawPlace.Rest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Says how far a log has come, for the next agent: {@code OUT ERR REST REST}, two positions and
 * what becomes of the rest of the lines there.
 *
 * @param folder of the log
 */
record PlaceFile(Path folder) {
  private static final int WORDS = 4;

  /** Of both streams. */
  record Places(RawPlace out, RawPlace err) {
    private static final Places BEGIN = new Places(RawPlace.BEGIN, RawPlace.BEGIN);
    private static final Places UNKNOWN = new Places(RawPlace.UNKNOWN, RawPlace.UNKNOWN);
  }

  private Path file() {
    return folder.resolve("position");
  }

  /** Reads it; after a power loss there may be anything in it. */
  Places read() throws IOException {
    try {
      String text = Files.readString(file(), StandardCharsets.ISO_8859_1);
      String[] words = text.split(" ", -1);
      return words.length == WORDS
          ? new Places(place(words[0], words[2]), place(words[1], words[3]))
          : Places.UNKNOWN;
    } catch (NoSuchFileException e) {
      return Places.BEGIN;
    } catch (IllegalArgumentException e) {
      return Places.UNKNOWN;
    }
  }

  private static RawPlace place(String position, String rest) {
    return new RawPlace(Long.parseLong(position), Rest.valueOf(rest));
  }

  /** Writes it. */
  void write(Places places) throws IOException {
    RawPlace out = places.out();
    RawPlace err = places.err();
    Path next = folder.resolve("position.new");
    String text = out.position() + " " + err.position() + " " + out.rest() + " " + err.rest();
    Files.writeString(next, text, StandardCharsets.US_ASCII);
    Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
  }

  void delete() throws IOException {
    Files.deleteIfExists(file());
  }
}
