package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.osv.GuestLink;
import dev.flint.osv.RofsArchive;
import dev.flint.osv.RofsTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * A package's archive: a tar, gzipped or not. It is read twice, once for names and sizes and once
 * for the contents, so that nothing is unpacked anywhere: a disk's tables need all sizes before the
 * first content, and inflating again costs less than a second copy of all files.
 */
final class MpmArchive implements RofsArchive {
  private final Path file;
  private final long maxBytes;
  private final BasicFileAttributes seen;

  private MpmArchive(Path file, long maxBytes, BasicFileAttributes seen) {
    this.file = file;
    this.maxBytes = maxBytes;
    this.seen = seen;
  }

  /**
   * Puts what is in an archive into a tree, but for what is below {@code meta}.
   *
   * @param maxBytes the most that the archive may unpack to
   * @return its {@code meta/run.yaml}
   * @throws FlintException INTEGRITY if it is damaged, POLICY if it has names that lead out of it,
   *     hard links, devices or sparse files, or is over a limit
   */
  static Optional<RunManifest> add(RofsTree tree, Path file, long maxBytes) throws IOException {
    MpmArchive archive =
        new MpmArchive(file, maxBytes, Files.readAttributes(file, BasicFileAttributes.class));
    Optional<RunManifest> run = Optional.empty();
    try (MpmStream stream = archive.stream()) {
      int number = -1;
      for (Optional<TarArchiveEntry> next = stream.next(); next.isPresent(); next = stream.next()) {
        TarArchiveEntry entry = next.get();
        number += MpmStream.isFile(entry) ? 1 : 0;
        String path = stream.path(entry);
        if (path.equals("meta/run.yaml") && MpmStream.isFile(entry)) {
          String what = file + ", meta/run.yaml";
          run = Optional.of(RunManifest.parse(PackageFile.read(stream.content(), what), what));
        } else if (!path.equals("meta") && !path.startsWith("meta/")) {
          archive.add(tree, path, entry, number);
        }
      }
    }
    return run;
  }

  private void add(RofsTree tree, String path, TarArchiveEntry entry, int number)
      throws FlintException {
    if (entry.isSymbolicLink()) {
      tree.link(path, GuestLink.target(path, entry.getLinkName()));
    } else if (entry.isDirectory()) {
      tree.folder(path);
    } else {
      tree.file(path, this, number, entry.getSize());
    }
  }

  private MpmStream stream() throws IOException {
    return MpmStream.open(file, maxBytes);
  }

  @Override
  public Pass open() throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    if (now.size() != seen.size() || !now.lastModifiedTime().equals(seen.lastModifiedTime())) {
      throw changed();
    }
    return new Reading(stream());
  }

  private FlintException changed() {
    return new FlintException(
        ErrorCode.LOCAL_IO,
        file + " changed while it was read",
        "try again when nothing writes to it");
  }

  /** The second time. */
  private final class Reading implements Pass {
    private final MpmStream stream;
    private int at = -1;

    Reading(MpmStream stream) {
      this.stream = stream;
    }

    @Override
    public InputStream file(int number) throws IOException {
      while (at < number) {
        Optional<TarArchiveEntry> entry = stream.next();
        if (entry.isEmpty()) {
          throw new IntegrityException(file + " ends before one of its files");
        }
        at += MpmStream.isFile(entry.get()) ? 1 : 0;
      }
      return stream.content();
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
