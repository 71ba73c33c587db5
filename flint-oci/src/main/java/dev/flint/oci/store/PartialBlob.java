package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What has come of one blob so far, kept across runs in {@code .flint/partial} of a layout and held
 * alone until closed. The bytes are not verified before {@link #commit()} or the commit of {@link
 * #ingest()}. Confined to one thread at a time, but for its {@link #channel()}.
 */
public final class PartialBlob implements Closeable {
  /** How the bytes that are there lie in the file. */
  public enum Form {
    /** All up to the length of the file: what an interrupted stream leaves. */
    PREFIX(""),
    /** Anywhere; whoever writes them finds out which are there. */
    CHUNKS(".chunks");

    private final String suffix;

    Form(String suffix) {
      this.suffix = suffix;
    }

    String suffix() {
      return suffix;
    }
  }

  private final OciLayout layout;
  private final Descriptor expected;
  private final Path file;
  private final StoreLock.Hold hold;

  PartialBlob(OciLayout layout, Descriptor expected, Path file, StoreLock.Hold hold) {
    this.layout = layout;
    this.expected = expected;
    this.file = file;
    this.hold = hold;
  }

  /** The length of the file in bytes; 0 if nothing came yet. */
  public long length() throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** Opens the file for reading and writing anywhere; the caller closes it. */
  public FileChannel channel() throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    return FileChannel.open(
        file,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.CREATE,
        LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Goes on after the bytes that are there, which are read and hashed once more. Closed before its
   * commit, it keeps all that was written, unless the blob turned out to be damaged: then the file
   * is gone.
   */
  public Ingest ingest() throws IOException {
    if (length() > expected.size()) {
      discard();
    }
    return Ingest.after(layout, file, channel(), expected);
  }

  /**
   * Reads and checks the whole file and publishes it as the blob.
   *
   * @throws dev.flint.oci.error.IntegrityException if it is not what was expected; if it has the
   *     right length, it is discarded then
   */
  public Blob commit() throws IOException {
    try (Ingest whole = ingest()) {
      return whole.commit();
    }
  }

  /** Forgets all bytes. */
  public void discard() throws IOException {
    Files.deleteIfExists(file);
  }

  /** Lets go of the blob. What came of it stays, unless the blob is there now. */
  @Override
  public void close() throws IOException {
    try {
      if (layout.find(expected).isPresent()) {
        layout.partials().delete(expected.digest());
      } else if (length() == 0) {
        discard();
      }
    } finally {
      hold.close();
    }
  }
}
