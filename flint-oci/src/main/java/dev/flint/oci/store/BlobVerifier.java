package dev.flint.oci.store;

import dev.flint.oci.Digest;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.StoreProblem.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

/** Compares blobs with their digests. Confined to one thread at a time. */
final class BlobVerifier implements AutoCloseable {
  private static final int BUFFER = 128 * 1024;
  private static final long STEP = 1 << 20;

  private final ProgressListener progress;
  private final String item;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

  /**
   * A verifier.
   *
   * @param item whose progress it is
   */
  BlobVerifier(ProgressListener progress, String item) {
    this.progress = progress;
    this.item = item;
  }

  /** Reads a blob to its end. One that is removed meanwhile is not bad. */
  Optional<BadBlob> verify(BlobFiles.Entry entry) throws IOException {
    return verify(entry.digest().orElseThrow(), entry.file(), entry.linked());
  }

  /**
   * As above; what is no file is bad too.
   *
   * @param linked whether the file lies behind a link
   */
  Optional<BadBlob> verify(Digest digest, Path file, boolean linked) throws IOException {
    Map<String, Object> state = BadBlob.state(file);
    // Opening a FIFO would wait forever.
    if (!state.isEmpty() && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(BadBlob.notAFile(digest, file, linked));
    }
    Kind kind;
    String detail;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      Digest actual = read(channel, digest);
      if (actual.equals(digest)) {
        return Optional.empty();
      }
      kind = Kind.DAMAGED;
      detail = "its bytes have the digest " + actual;
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      kind = Kind.UNREADABLE;
      detail = "it cannot be read: " + e.getMessage();
    }
    return Optional.of(new BadBlob(kind, digest, file, detail, state, linked));
  }

  private Digest read(FileChannel channel, Digest digest) throws IOException {
    MessageDigest hasher = digest.hasher();
    long pending = 0;
    for (int n = channel.read(buffer.clear()); n >= 0; n = channel.read(buffer.clear())) {
      hasher.update(buffer.flip());
      pending += n;
      if (pending >= STEP) {
        progress.on(new ProgressEvent.Advanced(item, pending));
        pending = 0;
      }
    }
    progress.on(new ProgressEvent.Advanced(item, pending));
    return digest.finish(hasher.digest());
  }

  @Override
  public void close() {
    // Only memory.
  }
}
