package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where {@linkplain PartialBlob partial blobs} of a layout live: {@code ALGORITHM-HEX} and, for
 * those made of chunks, {@code ALGORITHM-HEX.chunks}. Thread-safe.
 */
final class PartialArea {
  private static final Pattern NAME = Pattern.compile("(sha256|sha512)-([0-9a-f]+)(?:\\.chunks)?");

  private final Path folder;
  private final BlobLocks locks;
  private final Duration patience;

  /**
   * An area.
   *
   * @param patience how long to wait for another process from whom nothing comes
   */
  PartialArea(Path folder, BlobLocks locks, Duration patience) {
    this.folder = folder;
    this.locks = locks;
    this.patience = patience;
  }

  /**
   * Holds what came of a blob; waits for others as long as more of it comes to them.
   *
   * @return empty if another has it and gets no further
   * @throws FlintException UNSUPPORTED if the digest's algorithm cannot be checked
   */
  Optional<PartialBlob> open(OciLayout layout, Descriptor expected, PartialBlob.Form form)
      throws IOException {
    Digest digest = expected.digest();
    digest.hasher();
    Optional<StoreLock.Hold> hold = locks.own(digest, Duration.ZERO);
    Instant seen = Instant.MIN;
    while (hold.isEmpty()) {
      Instant changed = lastChange(digest);
      if (changed.equals(seen)) {
        return Optional.empty();
      }
      seen = changed;
      hold = locks.own(digest, patience);
    }
    Path file = file(digest, form);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      hold.get().close();
      throw new FlintException(ErrorCode.POLICY, "partial blob is not a plain file: " + file);
    }
    return Optional.of(new PartialBlob(layout, expected, file, hold.get()));
  }

  private Path file(Digest digest, PartialBlob.Form form) {
    return folder.resolve(digest.algorithm() + "-" + digest.encoded() + form.suffix());
  }

  /** How much may have come of a blob, in bytes; of one made of chunks, nobody knows. */
  long bytes(Digest digest) throws IOException {
    long most = 0;
    for (PartialBlob.Form form : PartialBlob.Form.values()) {
      Path file = file(digest, form);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        most = Math.max(most, Files.size(file));
      }
    }
    return most;
  }

  private Instant lastChange(Digest digest) throws IOException {
    Instant last = Instant.EPOCH;
    for (PartialBlob.Form form : PartialBlob.Form.values()) {
      Path file = file(digest, form);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        Instant changed = lastChange(file);
        last = changed.isAfter(last) ? changed : last;
      }
    }
    return last;
  }

  private static Instant lastChange(Path file) throws IOException {
    return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
  }

  /** Removes what came of a blob that is no longer needed, unless somebody works on it. */
  void drop(Digest digest) throws IOException {
    for (PartialBlob.Form form : PartialBlob.Form.values()) {
      if (Files.exists(file(digest, form), LinkOption.NOFOLLOW_LINKS)) {
        dropUnused(digest);
        return;
      }
    }
  }

  /** Removes all that came of a blob, unless somebody works on it. Returns the bytes freed. */
  long dropUnused(Digest digest) throws IOException {
    Optional<StoreLock.Hold> free = locks.own(digest, Duration.ZERO);
    if (free.isEmpty()) {
      return 0;
    }
    try (StoreLock.Hold hold = free.get()) {
      return delete(digest);
    }
  }

  /** Removes all that came of a blob; for who holds it. Returns the bytes freed. */
  long delete(Digest digest) throws IOException {
    long freed = 0;
    for (PartialBlob.Form form : PartialBlob.Form.values()) {
      Path file = file(digest, form);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        freed += Files.size(file);
        Files.delete(file);
      }
    }
    return freed;
  }

  /**
   * Removes what nobody works on and either nobody went on with for so long, or nobody needs, as
   * the blob is there.
   *
   * @return the bytes freed
   */
  long sweep(OciLayout layout, Duration age) throws IOException {
    long freed = 0;
    for (Digest digest : old(layout, Instant.now().minus(age))) {
      freed += dropUnused(digest);
    }
    return freed;
  }

  /** Blobs with which nobody went on since then, or which are there by now, sorted. */
  Set<Digest> old(OciLayout layout, Instant since) throws IOException {
    Set<Digest> old = new TreeSet<>(Comparator.comparing(Digest::toString));
    for (Digest digest : all()) {
      if (lastChange(digest).isBefore(since) || layout.find(digest).isPresent()) {
        old.add(digest);
      }
    }
    return old;
  }

  /** The bytes of all, as far as files say: those made of chunks have holes. */
  long bytes() throws IOException {
    long bytes = 0;
    for (Digest digest : new HashSet<>(all())) {
      bytes += bytes(digest);
    }
    return bytes;
  }

  private List<Digest> all() throws IOException {
    List<Digest> all = new ArrayList<>();
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          digestOf(file).ifPresent(all::add);
        }
      }
    }
    return all;
  }

  private static Optional<Digest> digestOf(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    try {
      return name.matches()
          ? Optional.of(new Digest(name.group(1), name.group(2)))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      // Not one of ours.
      return Optional.empty();
    }
  }
}
