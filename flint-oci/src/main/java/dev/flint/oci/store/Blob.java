package dev.flint.oci.store;

import dev.flint.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A committed blob. The file was verified when it was committed; whoever needs certainty that it
 * still is reads it through {@link VerifyingInputStream}.
 *
 * @param size in bytes
 */
public record Blob(Path file, Digest digest, long size) {
  /** Opens the file for reading, without following a link. */
  public FileChannel channel() throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /** Opens a stream that fails at its end if the bytes are not what the digest says. */
  public InputStream openVerified() throws IOException {
    return new VerifyingInputStream(Channels.newInputStream(channel()), digest, size, "blob");
  }

  /** Opens some of its bytes, unverified; they end early if the blob does. */
  public InputStream range(long from, long length) throws IOException {
    FileChannel channel = channel();
    return new FirstBytes(Channels.newInputStream(channel.position(from)), length);
  }
}
