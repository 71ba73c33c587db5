package dev.flint.oci.delta;

import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.ResumingStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A part of a blob as if it was a blob of its own. */
record BlobPart(BlobSource source, long from, long length) implements BlobSource {
  /** The source gives whole blobs only. */
  static final class NoRangesException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Reads it over a link that may break.
   *
   * @return a stream that throws {@link NoRangesException} if there are no ranges
   */
  InputStream read(Pause pause) {
    return new ResumingStream(this, 0, length, pause);
  }

  @Override
  public InputStream open() throws IOException {
    return range(0, length).orElseThrow(NoRangesException::new);
  }

  @Override
  public Optional<InputStream> range(long at, long count) throws IOException {
    return source.range(from + at, count);
  }
}
