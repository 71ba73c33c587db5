package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One blob of a source, with a count of what is asked for and of what comes. Thread-safe. */
public final class CountedBlob implements BlobSource {
  private final ImageSource source;
  private final Descriptor blob;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger requests = new AtomicInteger();

  /** Counts from zero. */
  public CountedBlob(ImageSource source, Descriptor blob) {
    this.source = source;
    this.blob = blob;
  }

  @Override
  public InputStream open() throws IOException {
    requests.incrementAndGet();
    return counted(source.blob(blob));
  }

  @Override
  public Optional<InputStream> range(long from, long length) throws IOException {
    requests.incrementAndGet();
    return source.range(blob, from, length).map(this::counted);
  }

  private InputStream counted(InputStream in) {
    return new SingleDoorInputStream(in) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        bytes.addAndGet(Math.max(n, 0));
        return n;
      }
    };
  }

  /** The count once the blob is whole: what did not come must have been there. */
  public Fetched fetched() {
    long came = bytes.get();
    return new Fetched(came, Math.max(0, blob.size() - came), requests.get());
  }
}
