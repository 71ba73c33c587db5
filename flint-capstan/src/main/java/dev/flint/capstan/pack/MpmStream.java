package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.SingleDoorInputStream;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The entries of a package's archive, one after the other, as far as they are harmless. */
final class MpmStream implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final int BLOCK = 512;

  private final String what;
  private final Bounded bounded;
  private final TarArchiveInputStream tar;
  private int entries;

  /** The tar on its way to the reader, which keeps long names and PAX records in memory. */
  private static final class Bounded extends SingleDoorInputStream {
    private static final int MAX_HEADERS = 1 << 20;

    private final String what;
    private final long maxBytes;
    private long count;
    private long headersLimit = MAX_HEADERS;

    Bounded(InputStream in, String what, long maxBytes) {
      super(in);
      this.what = what;
      this.maxBytes = maxBytes;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = in.read(buffer, offset, length);
      count += Math.max(n, 0);
      if (count > maxBytes) {
        throw new FlintException(
            ErrorCode.POLICY, what + " unpacks to more than the limit of " + maxBytes + " bytes");
      }
      if (count > headersLimit) {
        throw new FlintException(
            ErrorCode.POLICY, what + " has headers of more than " + MAX_HEADERS + " bytes");
      }
      return n;
    }

    /** What follows is content of this length, with what pads it, and then headers. */
    void beginData(long length) {
      long padded = length > maxBytes ? maxBytes : (length + BLOCK - 1) / BLOCK * BLOCK;
      headersLimit = count + padded + MAX_HEADERS;
    }
  }

  private MpmStream(Bounded bounded, String what) {
    this.what = what;
    this.bounded = bounded;
    this.tar = new TarArchiveInputStream(bounded, BLOCK, BLOCK, "UTF-8");
  }

  static MpmStream open(Path file, long maxBytes) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      InputStream plain =
          gzip ? new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER) : in;
      return new MpmStream(new Bounded(plain, file.toString(), maxBytes), file.toString());
    } catch (IOException e) {
      in.close();
      throw new IntegrityException(file + " is damaged: " + e.getMessage());
    }
  }

  /** The next entry: a file, a folder or a symbolic link. */
  Optional<TarArchiveEntry> next() throws IOException {
    TarArchiveEntry entry;
    try {
      entry = tar.getNextEntry();
    } catch (FlintException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new IntegrityException(what + " is damaged: " + e.getMessage());
    }
    if (entry == null) {
      if (entries == 0) {
        throw new IntegrityException(what + " is no package: there is nothing in it");
      }
      return Optional.empty();
    }
    entries++;
    check(entry);
    bounded.beginData(entry.getSize());
    return Optional.of(entry);
  }

  private void check(TarArchiveEntry entry) throws FlintException {
    if (!entry.isCheckSumOK()) {
      throw new IntegrityException(what + " is damaged: a header has a wrong checksum");
    }
    if (entry.isSparse()) {
      throw refused(entry, "it is a sparse file");
    }
    if (entry.getSize() < 0 || (!isFile(entry) && entry.getSize() != 0)) {
      throw refused(entry, "it has a content that it cannot have");
    }
    switch (entry.getLinkFlag()) {
      case TarArchiveEntry.LF_NORMAL,
          TarArchiveEntry.LF_OLDNORM,
          TarArchiveEntry.LF_CONTIG,
          TarArchiveEntry.LF_DIR,
          TarArchiveEntry.LF_SYMLINK -> {}
      default -> throw refused(entry, "it is neither a file, a folder nor a symbolic link");
    }
  }

  /** Whether an entry of those that {@link #next} lets through is a regular file. */
  static boolean isFile(TarArchiveEntry entry) {
    return !entry.isDirectory() && !entry.isSymbolicLink();
  }

  /** The path of an entry from the root: Capstan writes names with a leading slash. */
  String path(TarArchiveEntry entry) throws FlintException {
    List<String> names = new ArrayList<>();
    for (String name : entry.getName().split("/", -1)) {
      if (name.equals("..")) {
        throw refused(entry, "its name leads out of the package");
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    if (names.isEmpty() && !entry.isDirectory()) {
      throw refused(entry, "it has no name");
    }
    return String.join("/", names);
  }

  /** The content of the entry that came last; a copy that is closed leaves this open. */
  InputStream content() {
    return new Content();
  }

  /** Ends where the entry does, and says so when the archive ends before. */
  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return tar.read(buffer, offset, length);
      } catch (FlintException e) {
        throw e;
      } catch (IOException e) {
        throw new IntegrityException(what + " is damaged: " + e.getMessage());
      }
    }
  }

  private FlintException refused(TarArchiveEntry entry, String why) {
    return new FlintException(
        ErrorCode.POLICY, "refused " + what + ", \"" + entry.getName() + "\": " + why);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
