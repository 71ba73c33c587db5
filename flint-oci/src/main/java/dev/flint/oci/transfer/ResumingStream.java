package dev.flint.oci.transfer;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The bytes of a blob over a link that may break: goes on where it broke, at once if something
 * came, and after a growing pause if not. Where the source gives no ranges, the blob is read from
 * its start and what is known passed over. The bytes are not verified. Confined to one thread.
 */
public final class ResumingStream extends SingleDoorInputStream {
  private static final int FRUITLESS_ATTEMPTS = 4;

  private final BlobSource source;
  private final long size;
  private final Pause pause;
  private long position;
  private int fruitless;
  private boolean rangesWork = true;
  private boolean open;

  /**
   * A stream; nothing is asked for before the first read.
   *
   * @param from the first byte wanted
   * @param size of the whole blob
   */
  public ResumingStream(BlobSource source, long from, long size, Pause pause) {
    super(InputStream.nullInputStream());
    this.source = source;
    this.position = from;
    this.size = size;
    this.pause = pause;
  }

  /** Where the next byte is in the blob. */
  public long position() {
    return position;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    // Also at the end, where a source that sends more is found out.
    while (true) {
      try {
        if (!open) {
          if (position == size) {
            return -1;
          }
          reopen();
        }
        int n = in.read(buffer, offset, length);
        if (n >= 0 || position >= size) {
          position += Math.max(n, 0);
          fruitless = n > 0 ? 0 : fruitless;
          return n;
        }
        retry(
            new IntegrityException(
                "the blob ended after " + position + " bytes, announced were " + size));
      } catch (LostConnectionException e) {
        retry(e);
      }
    }
  }

  private void reopen() throws IOException {
    in = rest();
    open = true;
  }

  private InputStream rest() throws IOException {
    if (position > 0 && rangesWork) {
      try {
        Optional<InputStream> range = source.range(position, size - position);
        if (range.isPresent()) {
          return range.get();
        }
      } catch (LostConnectionException e) {
        throw e;
      } catch (FlintException e) {
        if (e.code() != ErrorCode.PROTOCOL) {
          throw e;
        }
      }
      // A server that cannot count ranges may still have the whole blob.
      rangesWork = false;
    }
    InputStream whole = source.open();
    whole.skipNBytes(position);
    return whole;
  }

  private void retry(FlintException reason) throws IOException {
    open = false;
    in.close();
    fruitless++;
    if (fruitless == FRUITLESS_ATTEMPTS) {
      throw reason;
    }
    // The first time it broke after something had come.
    if (fruitless > 1) {
      pause.before(fruitless - 1);
    }
  }
}
