package dev.flint.oci.store;

import dev.flint.oci.error.Failures;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * An open file whose failed writes say which file it is: the system's own failures, such as a full
 * disk, do not. Each is a {@link FlintException}, and so apart from what cannot be read.
 */
public final class NamedChannel extends FileChannel {
  private final FileChannel file;
  private final Path name;

  NamedChannel(FileChannel file, Path name) {
    this.file = file;
    this.name = name;
  }

  /** Opens a file. */
  public static NamedChannel open(Path file, OpenOption... options) throws IOException {
    return new NamedChannel(FileChannel.open(file, options), file);
  }

  /** Writes. */
  @FunctionalInterface
  private interface Writing {
    long run() throws IOException;
  }

  private long named(Writing write) throws IOException {
    try {
      return write.run();
    } catch (ClosedChannelException | FlintException e) {
      // Somebody stopped it, or what was to be written could not be had.
      throw e;
    } catch (IOException e) {
      throw Failures.writing(name, e);
    }
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return (int) named(() -> file.write(bytes));
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    return (int) named(() -> file.write(bytes, position));
  }

  @Override
  public long write(ByteBuffer[] bytes, int offset, int length) throws IOException {
    return named(() -> file.write(bytes, offset, length));
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    named(
        () -> {
          file.truncate(size);
          return 0;
        });
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    named(
        () -> {
          file.force(metaData);
          return 0;
        });
  }

  /** Whether reading or writing failed cannot be told. */
  @Override
  public long transferFrom(ReadableByteChannel from, long position, long count) throws IOException {
    return file.transferFrom(from, position, count);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
    return file.transferTo(position, count, to);
  }

  @Override
  public int read(ByteBuffer bytes) throws IOException {
    return file.read(bytes);
  }

  @Override
  public int read(ByteBuffer bytes, long position) throws IOException {
    return file.read(bytes, position);
  }

  @Override
  public long read(ByteBuffer[] bytes, int offset, int length) throws IOException {
    return file.read(bytes, offset, length);
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return file.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return file.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return file.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }
}
