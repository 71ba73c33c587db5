package dev.flint.oci.store;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * A file a user asked for, written under a temporary name beside it and published whole. The
 * temporary name is fixed and locked, so that what a killed run left is removed by the next one.
 * Never writes through a link.
 */
public final class OutputFile implements AutoCloseable {
  private static final int ATTEMPTS = 3;

  private final Path target;
  private final Path temporary;
  private final boolean force;
  private final FileChannel channel;
  private boolean published;
  private boolean kept;

  private OutputFile(Path target, Path temporary, boolean force, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.force = force;
    this.channel = channel;
  }

  /**
   * Begins a file.
   *
   * @param force whether it may replace a file or a link, never a folder
   * @throws FlintException LOCAL_IO if the target is there already, or another process writes it
   */
  public static OutputFile create(Path target, boolean force) throws IOException {
    return open(target, force, false);
  }

  /**
   * Goes on with a file that a killed run has begun, or one that was {@linkplain #keep kept}, or
   * begins it. Whoever fills it has to find out what the bytes that are there are worth.
   *
   * @throws FlintException as {@link #create}
   */
  public static OutputFile resume(Path target, boolean force) throws IOException {
    return open(target, force, true);
  }

  private static OutputFile open(Path target, boolean force, boolean resume) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    if (name == null) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot write " + target + ": it is a folder");
    }
    checkReplaceable(target, absolute, force);
    Path temporary = absolute.resolveSibling("." + name + ".flint-partial");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<FileChannel> channel =
          resume && isOnlyOurs(temporary) ? takeOver(temporary) : createNew(temporary, target);
      if (channel.isPresent()) {
        return new OutputFile(absolute, temporary, force, channel.get());
      }
      removeLeftover(temporary, target);
    }
    throw busy(target);
  }

  /**
   * Makes the temporary file; empty if there is one. Never opened for writing is a file that was
   * there: a run killed while publishing leaves the user's own file under this name as well.
   */
  private static Optional<FileChannel> createNew(Path temporary, Path target) throws IOException {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    } catch (NoSuchFileException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "cannot write " + target + ": its folder does not exist", e);
    }
    return locked(temporary, channel);
  }

  /** Whether there is a file that nothing but the temporary name leads to. */
  private static boolean isOnlyOurs(Path temporary) throws IOException {
    try {
      return Files.isRegularFile(temporary, LinkOption.NOFOLLOW_LINKS)
          && Files.getAttribute(temporary, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
              .equals(Integer.valueOf(1));
    } catch (UnsupportedOperationException | NoSuchFileException e) {
      return false;
    }
  }

  /** Opens the file of a run that has ended; empty if there is none. */
  private static Optional<FileChannel> takeOver(Path temporary) throws IOException {
    try {
      return locked(
          temporary,
          FileChannel.open(
              temporary,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Optional<FileChannel> locked(Path temporary, FileChannel channel)
      throws IOException {
    boolean ours = false;
    try {
      ours = channel.tryLock() != null && isAt(temporary, channel);
    } catch (OverlappingFileLockException e) {
      // Another writer takes the new file for a leftover; it will find that it is none.
    } finally {
      if (!ours) {
        channel.close();
      }
    }
    return ours ? Optional.of(channel) : Optional.empty();
  }

  /**
   * Whether the name still leads to the open file: until it was locked, it could be taken for a
   * leftover, removed, and made anew by another writer.
   */
  private static boolean isAt(Path temporary, FileChannel channel) throws IOException {
    byte[] token = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    long end = channel.size();
    channel.write(ByteBuffer.wrap(token), end);
    byte[] there;
    try (FileChannel named =
        FileChannel.open(temporary, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      there = Channels.newInputStream(named.position(end)).readNBytes(token.length);
    } catch (NoSuchFileException e) {
      return false;
    }
    channel.truncate(end);
    return Arrays.equals(token, there);
  }

  /** Unlinks a temporary file whose lock is free, as its writer is dead. */
  private static void removeLeftover(Path temporary, Path target) throws IOException {
    try (FileChannel leftover =
        FileChannel.open(temporary, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (leftover.tryLock() == null) {
        throw busy(target);
      }
      Files.deleteIfExists(temporary);
    } catch (NoSuchFileException e) {
      // Its writer has just finished.
    } catch (OverlappingFileLockException e) {
      throw busy(target);
    }
  }

  /** A rename would replace a device or a socket as readily as a file. */
  private static void checkReplaceable(Path target, Path absolute, boolean force)
      throws IOException {
    BasicFileAttributes there;
    try {
      there = Files.readAttributes(absolute, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return;
    }
    if (!there.isRegularFile() && !there.isSymbolicLink()) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "cannot write " + target + ": it is " + (there.isDirectory() ? "a folder" : "no file"));
    }
    if (!force) {
      throw exists(target);
    }
  }

  /** The open file. */
  public FileChannel channel() {
    return channel;
  }

  /** Keeps what was written, for {@link #resume}. */
  public void keep() {
    kept = true;
  }

  /** Flushes the content and gives the file its name. */
  public void publish() throws IOException {
    channel.force(true);
    if (force) {
      AtomicFile.publish(temporary, target);
    } else {
      try {
        // Unlike a rename, a link cannot replace a file that appeared meanwhile.
        Files.createLink(target, temporary);
      } catch (FileAlreadyExistsException e) {
        throw exists(target);
      } catch (UnsupportedOperationException | FileSystemException e) {
        // A file system without links, as on memory cards.
        checkReplaceable(target, target, false);
        AtomicFile.publish(temporary, target);
      }
      Files.deleteIfExists(temporary);
      AtomicFile.syncFolder(target.resolveSibling("."));
    }
    published = true;
  }

  @Override
  public void close() throws IOException {
    if (!published && !kept) {
      Files.deleteIfExists(temporary);
    }
    channel.close();
  }

  private static FlintException exists(Path target) {
    return new FlintException(
        ErrorCode.LOCAL_IO, target + " exists already", "replace it with --force");
  }

  private static FlintException busy(Path target) {
    return new FlintException(
        ErrorCode.LOCAL_IO, "another process is writing " + target, "wait for it to end");
  }
}
