package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** One blob of a source. */
record SourceBlob(ImageSource source, Descriptor blob) implements BlobSource {
  @Override
  public InputStream open() throws IOException {
    return source.blob(blob);
  }

  @Override
  public Optional<InputStream> range(long from, long length) throws IOException {
    return source.range(blob, from, length);
  }
}
