package dev.flint.oci.store;

import dev.flint.oci.Digest;
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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file a user asked for, written under a temporary name beside it and published whole. The
 * temporary name is fixed and locked, so that what a killed run left is removed by the next one.
 * Never writes through a link.
 */
public final class OutputFile implements AutoCloseable {
  private static final int ATTEMPTS = 3;
  private static final String PARTIAL = ".flint-partial";

  /** File systems have 255 bytes for a name. */
  private static final int LONGEST_NAME = 240;

  /**
   * The temporary names in use by this process. Its threads must keep off each other's files: they
   * share their locks, and lose them with any channel of the file that one of them closes.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path target;
  private final Path temporary;
  private final boolean force;
  private final Locked file;
  private boolean published;
  private boolean kept;

  /**
   * A file that is ours alone, opened twice: POSIX drops a lock with the first channel of the file
   * that this process closes, whichever it is.
   */
  private record Locked(FileChannel channel, FileChannel named) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      named.close();
      channel.close();
    }
  }

  private OutputFile(Path target, Path temporary, boolean force, Locked file) {
    this.target = target;
    this.temporary = temporary;
    this.force = force;
    this.file = file;
  }

  /**
   * Begins a file.
   *
   * @param force whether it may replace a file or a link to one, never a folder or a device
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

  /** Fails as {@link #create} would for what is there already, and touches nothing. */
  public static void requireFree(Path target, boolean force) throws IOException {
    checkReplaceable(target, target.toAbsolutePath().normalize(), force);
  }

  private static OutputFile open(Path target, boolean force, boolean resume) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    if (name == null) {
      throw new FlintException(ErrorCode.LOCAL_IO, "cannot write " + target + ": it is a folder");
    }
    checkReplaceable(target, absolute, force);
    Path temporary = absolute.resolveSibling(temporaryName(name.toString()));
    if (!OWN.add(temporary)) {
      throw busy(target);
    }
    boolean opened = false;
    try {
      OutputFile file = new OutputFile(absolute, temporary, force, lock(temporary, target, resume));
      opened = true;
      return file;
    } finally {
      if (!opened) {
        OWN.remove(temporary);
      }
    }
  }

  /** What a file is called until it is whole. */
  public static String temporaryName(String name) {
    String usual = "." + name + PARTIAL;
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= LONGEST_NAME ? usual : "." + Digest.sha256(bytes).encoded() + PARTIAL;
  }

  private static Locked lock(Path temporary, Path target, boolean resume) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Locked> file =
          resume && isOnlyOurs(temporary)
              ? takeOver(temporary, target)
              : createNew(temporary, target);
      if (file.isPresent()) {
        return file.get();
      }
      removeLeftover(temporary, target);
    }
    throw busy(target);
  }

  /**
   * Makes the temporary file; empty if there is one. Never opened for writing is a file that was
   * there: a run killed while publishing leaves the user's own file under this name as well.
   */
  private static Optional<Locked> createNew(Path temporary, Path target) throws IOException {
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
    return locked(temporary, new NamedChannel(channel, target));
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
  private static Optional<Locked> takeOver(Path temporary, Path target) throws IOException {
    try {
      FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      return locked(temporary, new NamedChannel(channel, target));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Optional<Locked> locked(Path temporary, FileChannel channel) throws IOException {
    Optional<Locked> locked = Optional.empty();
    try {
      locked = channel.tryLock() == null ? Optional.empty() : ifAt(temporary, channel);
    } catch (OverlappingFileLockException e) {
      // Another writer takes the new file for a leftover; it will find that it is none.
    } finally {
      if (locked.isEmpty()) {
        channel.close();
      }
    }
    return locked;
  }

  /**
   * Checks that the name still leads to the open file: until it was locked, it could be taken for a
   * leftover, removed, and made anew by another writer.
   */
  private static Optional<Locked> ifAt(Path temporary, FileChannel channel) throws IOException {
    byte[] token = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    long end = channel.size();
    channel.write(ByteBuffer.wrap(token), end);
    FileChannel named;
    try {
      named = FileChannel.open(temporary, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    boolean same = false;
    try {
      byte[] there = Channels.newInputStream(named.position(end)).readNBytes(token.length);
      channel.truncate(end);
      same = Arrays.equals(token, there);
    } finally {
      if (!same) {
        named.close();
      }
    }
    return same ? Optional.of(new Locked(channel, named)) : Optional.empty();
  }

  /** Unlinks a temporary file whose lock is free, as its writer is dead. */
  private static void removeLeftover(Path temporary, Path target) throws IOException {
    try {
      checkPlain(temporary, target);
      try (FileChannel leftover =
          FileChannel.open(temporary, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
        if (leftover.tryLock() == null) {
          throw busy(target);
        }
        deleteLocked(temporary);
      }
    } catch (NoSuchFileException e) {
      // Its writer has just finished.
    } catch (OverlappingFileLockException e) {
      // This process writes it, by another path to the folder.
      throw busy(target);
    }
  }

  /** What is no plain file is not ours, and to open a pipe would wait for whoever reads it. */
  private static void checkPlain(Path temporary, Path target) throws IOException {
    BasicFileAttributes there =
        Files.readAttributes(temporary, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!there.isRegularFile()) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "cannot write " + target + ": " + temporary + " is in the way and no plain file",
          "remove it, or write elsewhere");
    }
  }

  /**
   * Removes a name if it leads to the file that is locked here. Between opening and locking, that
   * file may have been published, and another writer may have begun one of this name.
   */
  private static void deleteLocked(Path temporary) throws IOException {
    // Closed after the name is gone: closing any channel of a file gives up its lock.
    try (FileChannel named =
        FileChannel.open(temporary, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (isLockedHere(named)) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private static boolean isLockedHere(FileChannel named) throws IOException {
    try {
      named.tryLock();
      return false;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  /** A rename would replace a device or a socket, or the link to one, as readily as a file. */
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
    if (there.isSymbolicLink() && leadsToNoFile(absolute)) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "cannot write " + target + ": it is a link to what is no file");
    }
    if (!force) {
      throw exists(target);
    }
  }

  /** Whether it is a name of a device or a folder, or like /dev/stdout of what a process opened. */
  private static boolean leadsToNoFile(Path link) throws IOException {
    Path to = link.resolveSibling(Files.readSymbolicLink(link));
    return to.startsWith("/proc") || (Files.exists(to) && !Files.isRegularFile(to));
  }

  /** The open file. */
  public FileChannel channel() {
    return file.channel();
  }

  /** Keeps what was written, for {@link #resume}. */
  public void keep() {
    kept = true;
  }

  /** Flushes the content and gives the file its name. */
  public void publish() throws IOException {
    file.channel().force(true);
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
    try (file) {
      if (!published && !kept) {
        Files.deleteIfExists(temporary);
      }
    } finally {
      OWN.remove(temporary);
    }
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
