package dev.flint.oci.archive;

import dev.flint.oci.store.OutputFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where an archive is written: a file that appears when it is whole, or a stream. */
public final class ArchiveOutput implements AutoCloseable {
  private static final int BUFFER = 128 * 1024;

  private final OutputStream stream;
  private final @Nullable OutputFile file;

  private ArchiveOutput(OutputStream stream, @Nullable OutputFile file) {
    this.stream = new BufferedOutputStream(stream, BUFFER);
    this.file = file;
  }

  /**
   * Into a file.
   *
   * @param force whether it may replace one
   */
  public static ArchiveOutput toFile(Path target, boolean force) throws IOException {
    OutputFile file = OutputFile.create(target, force);
    return new ArchiveOutput(Channels.newOutputStream(file.channel()), file);
  }

  /** Into a stream, which stays open. */
  public static ArchiveOutput toStream(OutputStream stream) {
    return new ArchiveOutput(stream, null);
  }

  OutputStream stream() {
    return stream;
  }

  /** Says that the archive is whole. */
  void publish() throws IOException {
    stream.flush();
    if (file != null) {
      file.publish();
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
