package dev.flint.oci.store;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;

/**
 * Keeps other Flints from a user's file, of this process and of others, while one changes it: by a
 * lock on an empty file beside it, which stays. Other tools only see the file itself, which is
 * replaced as a whole.
 */
public final class LockBeside implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FileChannel channel;

  private LockBeside(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits until nobody else has the lock, and takes it.
   *
   * @param file in a folder that is there
   * @param who whoever else may have it, such as {@code another login}
   * @throws FlintException LOCAL_IO if somebody has had it for half a minute
   */
  public static LockBeside of(Path file, String who) throws IOException {
    Path beside = file.resolveSibling("." + file.getFileName() + ".flint-lock");
    FileChannel channel =
        FileChannel.open(
            beside,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (PatientLock.acquire(channel, PATIENCE).isEmpty()) {
        throw new FlintException(
            ErrorCode.LOCAL_IO,
            who + " has held " + beside + " for " + PATIENCE.toSeconds() + " seconds",
            "wait for it to end, or end it");
      }
      return new LockBeside(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
