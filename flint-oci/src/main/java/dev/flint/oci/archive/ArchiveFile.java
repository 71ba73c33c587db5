package dev.flint.oci.archive;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** An archive with random access: open, its headers read. Thread-safe. */
public final class ArchiveFile implements AutoCloseable {
  private static final int MAX_SMALL = 4 * 1024 * 1024;

  private final FileChannel channel;
  private final TarIndex index;
  private final String what;

  private ArchiveFile(FileChannel channel, TarIndex index, String what) {
    this.channel = channel;
    this.index = index;
    this.what = what;
  }

  /**
   * Opens an archive. A compressed one is unpacked to a temporary file first.
   *
   * @throws FlintException NOT_FOUND if there is none, INTEGRITY if it is cut off or damaged,
   *     POLICY if it has unsafe entries
   */
  public static ArchiveFile open(Path file, Spool spool) throws IOException {
    String what = "archive " + file;
    // Opening a FIFO would wait for whoever writes it.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FlintException(ErrorCode.LOCAL_IO, what + " is no plain file");
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new FlintException(ErrorCode.NOT_FOUND, what + " does not exist", e);
    }
    if (!Spool.isCompressed(new FilePart(channel, 0, channel.size()))) {
      return indexed(channel, what);
    }
    try (channel) {
      return spooled(new FilePart(channel, 0, channel.size()), what, spool);
    }
  }

  /** Reads an archive that is not a file, by way of a temporary one; as {@link #open} otherwise. */
  public static ArchiveFile spooled(InputStream in, String what, Spool spool) throws IOException {
    return indexed(spool.keep(in, what), what);
  }

  private static ArchiveFile indexed(FileChannel channel, String what) throws IOException {
    try {
      return new ArchiveFile(channel, TarIndex.read(channel, what), what);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Names the archive in errors. */
  String what() {
    return what;
  }

  /** Whether there are links in it. */
  boolean hasLinks() {
    return index.hasLinks();
  }

  /** Where a file is. */
  Optional<TarIndex.Place> find(String name) {
    return index.find(name);
  }

  /**
   * Where a file is that another one names.
   *
   * @throws IntegrityException if it is not there
   */
  TarIndex.Place require(String name) throws FlintException {
    return find(name)
        .orElseThrow(
            () ->
                new IntegrityException(
                    what + " is not whole: it names the file " + name + ", which is not in it"));
  }

  /** A part of a file's bytes. */
  InputStream read(TarIndex.Place place, long from, long length) {
    return new FilePart(channel, place.offset() + from, Math.min(length, place.size() - from));
  }

  /** All bytes of a file. */
  InputStream read(TarIndex.Place place) {
    return read(place, 0, place.size());
  }

  /** A small file as a whole, such as an index or a config. */
  byte[] readSmall(TarIndex.Place place, String name) throws IOException {
    if (place.size() > MAX_SMALL) {
      throw new FlintException(
          ErrorCode.POLICY, name + " of " + what + " is longer than " + MAX_SMALL + " bytes");
    }
    try (InputStream in = read(place)) {
      return in.readAllBytes();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
