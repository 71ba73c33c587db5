package dev.flint.agent.image;

import dev.flint.oci.store.StoreLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * What a fetch counts on, in a file that it holds locked: so nothing of it is removed meanwhile,
 * and what was killed keeps nothing.
 */
final class FetchIntent implements Closeable {
  private static final String FOLDER = "fetching";

  private final Path file;
  private final FileChannel held;

  private FetchIntent(Path file, FileChannel held) {
    this.file = file;
    this.held = held;
  }

  /** Says what is counted on, before anybody looks whether it is there. */
  static FetchIntent declare(Path images, KnownImages known, Set<String> keys) throws IOException {
    Path folder = Files.createDirectories(images.resolve(FOLDER));
    Path file = folder.resolve(UUID.randomUUID().toString());
    try (StoreLock.Hold hold = known.hold()) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      boolean done = false;
      try {
        channel.lock();
        channel.write(StandardCharsets.US_ASCII.encode(String.join("\n", keys)));
        done = true;
        return new FetchIntent(file, channel);
      } finally {
        if (!done) {
          channel.close();
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** All that somebody counts on; for who owns the images, so that none is just being declared. */
  static Set<String> all(Path images) throws IOException {
    Set<String> keys = new HashSet<>();
    Path folder = images.resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      return keys;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        add(file, keys);
      }
    }
    return keys;
  }

  private static void add(Path file, Set<String> keys) throws IOException {
    try {
      if (isHeld(file)) {
        keys.addAll(Set.of(Files.readString(file, StandardCharsets.US_ASCII).split("\n", -1)));
      } else {
        Files.delete(file);
      }
    } catch (NoSuchFileException e) {
      // It has just ended.
    }
  }

  private static boolean isHeld(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return channel.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    try (held) {
      Files.deleteIfExists(file);
    }
  }
}
