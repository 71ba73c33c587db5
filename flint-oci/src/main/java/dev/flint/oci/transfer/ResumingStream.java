package dev.flint.oci.transfer;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The bytes of a blob over a link that may break: goes on where it broke, at once if something
 * came, and after a growing pause if not. Where the source gives no ranges, the blob is read from
 * its start and what is known passed over. The bytes are not verified, but there are no fewer than
 * announced. Confined to one thread.
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
  private boolean ranged;
  private boolean pieced;

  /** Whether anything came since it was opened last. */
  private boolean came;

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

  /** Whether the bytes so far are from several answers, or go on from bytes known before. */
  boolean isPieced() {
    return pieced;
  }

  /**
   * Reads on.
   *
   * @throws LostConnectionException if nothing comes any more
   * @throws IntegrityException if the source has fewer bytes than announced
   */
  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    // Also at the end, where a source that sends more is found out.
    while (open || position < size) {
      try {
        if (!open) {
          reopen();
        }
        int n = in.read(buffer, offset, length);
        if (n >= 0 || position >= size) {
          position += Math.max(n, 0);
          came |= n > 0;
          return n;
        }
        retry(ended());
      } catch (LostConnectionException e) {
        retry(e);
      } catch (EOFException e) {
        retry(ended());
      } catch (FlintException e) {
        if (!ranged || e.code() != ErrorCode.PROTOCOL) {
          throw e;
        }
        // A server that cannot count ranges may still have the whole blob.
        rangesWork = false;
        retry(e);
      }
    }
    return -1;
  }

  private FlintException ended() {
    return new IntegrityException(
        "the blob ended after " + position + " bytes, announced were " + size);
  }

  private void reopen() throws IOException {
    came = false;
    pieced |= position > 0;
    ranged = position > 0 && rangesWork;
    if (ranged) {
      Optional<InputStream> range = source.range(position, size - position);
      rangesWork = range.isPresent();
      if (rangesWork) {
        in = range.get();
      }
    }
    if (!ranged || !rangesWork) {
      ranged = false;
      in = source.open();
      in.skipNBytes(position);
    }
    open = true;
  }

  private void retry(FlintException reason) throws IOException {
    open = false;
    try {
      in.close();
    } catch (IOException e) {
      // It is broken anyway.
    }
    if (came) {
      fruitless = 0;
      return;
    }
    fruitless++;
    if (fruitless == FRUITLESS_ATTEMPTS) {
      throw reason;
    }
    pause.before(fruitless);
  }
}
