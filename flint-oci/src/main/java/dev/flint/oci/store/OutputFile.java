package dev.flint.oci.store;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file a user asked for, written under a temporary name beside it and published whole. The
 * temporary name is fixed and locked, so that what a killed run left is reused by the next one.
 * Never writes through a link.
 */
public final class OutputFile implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final boolean force;
  private final FileChannel channel;
  private boolean published;

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
    Path absolute = target.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    if (name == null) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot write " + target + ": it is a folder");
    }
    checkReplaceable(target, absolute, force);
    Path temporary = absolute.resolveSibling("." + name + ".flint-partial");
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "cannot write " + target + ": its folder does not exist", e);
    }
    try {
      // The lock may be free because the file has just been published: then it is not ours.
      if (channel.tryLock() == null || Files.notExists(temporary, LinkOption.NOFOLLOW_LINKS)) {
        throw busy(target);
      }
      channel.truncate(0);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw busy(target);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new OutputFile(absolute, temporary, force, channel);
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

  /** The open, empty file. */
  public FileChannel channel() {
    return channel;
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
      } catch (UnsupportedOperationException e) {
        AtomicFile.publish(temporary, target);
      }
      Files.deleteIfExists(temporary);
      AtomicFile.syncFolder(target.resolveSibling("."));
    }
    published = true;
  }

  @Override
  public void close() throws IOException {
    if (!published) {
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
