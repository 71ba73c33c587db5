package dev.flint.registry.server;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Content-Range} of an upload chunk: {@code first-last}, both inclusive, without unit
 * and total (distribution spec, "Pushing a blob in chunks").
 */
record ChunkRange(long first, long last) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

  /**
   * Reads the header of a request, if it has one.
   *
   * @throws Refusal 400 if it is malformed or does not fit the Content-Length
   */
  static Optional<ChunkRange> of(Call call) throws Refusal {
    Optional<String> header = call.header("Content-Range");
    if (header.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = FORM.matcher(header.get());
    if (!matcher.matches()) {
      throw new Refusal(
          400, Problem.BLOB_UPLOAD_INVALID, "Content-Range is not of the form first-last");
    }
    ChunkRange range =
        new ChunkRange(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    long announced = call.body().announced();
    if (range.length() < 1 || (announced >= 0 && announced != range.length())) {
      throw new Refusal(
          400, Problem.SIZE_INVALID, "Content-Range and Content-Length contradict each other");
    }
    return Optional.of(range);
  }

  /** The number of bytes. */
  long length() {
    return last - first + 1;
  }
}
