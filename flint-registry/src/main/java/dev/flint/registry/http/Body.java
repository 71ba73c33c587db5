package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.transfer.BlobSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * The body of a request. Sent at most once per request: who wants to try again makes a new request.
 *
 * @param contentType the Content-Type header, without parameters
 * @param length in bytes, or {@link #UNKNOWN}
 * @param meter is told the bytes before they are sent
 */
public record Body(String contentType, long length, BlobSource source, LongConsumer meter) {
  /** The length of a body that ends where its source does. */
  public static final long UNKNOWN = -1;

  private static final int BUFFER = 128 * 1024;
  private static final int STEP = 16 * 1024;

  /** A small body in memory. */
  public static Body of(String contentType, byte[] bytes) {
    return new Body(contentType, bytes.length, () -> new ByteArrayInputStream(bytes), n -> {});
  }

  /** A body without bytes, which some servers want announced as such. */
  static RequestBody empty() {
    return RequestBody.create(new byte[0]);
  }

  /** The body for OkHttp; the wait ends while the source is read or the limit holds us back. */
  RequestBody toOkHttp(StallWatch.Wait wait, RateLimit limit) {
    return new RequestBody() {
      @Override
      public MediaType contentType() {
        return MediaType.get(contentType);
      }

      @Override
      public long contentLength() {
        return length;
      }

      @Override
      public boolean isOneShot() {
        // Otherwise OkHttp may send it again behind our back after a lost connection.
        return true;
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        wait.end();
        try (InputStream in = local(source::open)) {
          byte[] buffer = new byte[BUFFER];
          long sent = 0;
          for (int n = local(() -> in.read(buffer)); n >= 0; n = local(() -> in.read(buffer))) {
            sent += n;
            if (length != UNKNOWN && sent > length) {
              throw changed("longer");
            }
            // Before they go: the other side must never have more than it was told.
            meter.accept(n);
            send(buffer, n, sink);
          }
          if (sent < length) {
            throw changed("shorter");
          }
        }
        wait.begin();
      }

      /** In small steps, as each may take only so long, also on a very slow link. */
      private void send(byte[] buffer, int length, BufferedSink sink) throws IOException {
        int step = limit.step(STEP);
        for (int at = 0; at < length; at += step) {
          int n = Math.min(step, length - at);
          limit.take(n);
          wait.begin();
          sink.write(buffer, at, n);
          wait.moved(n);
          wait.end();
        }
      }
    };
  }

  private IntegrityException changed(String how) {
    return new IntegrityException(
        "what is to be sent is " + how + " than its " + length + " bytes by now");
  }

  /** Reads something here. */
  private interface Reading<T> {
    T get() throws IOException;
  }

  /** A failure to read what is to be sent is local and must not look like one of the network. */
  private static <T> T local(Reading<T> reading) throws FlintException {
    try {
      return reading.get();
    } catch (FlintException e) {
      throw e;
    } catch (IOException e) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot read what is to be sent: " + e, e);
    }
  }
}
