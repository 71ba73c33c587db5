package dev.flint.oci.archive;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.TarNames;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Where the files of a tar lie. Nothing is unpacked and no path is made of a name; links are never
 * followed. What could mean different things to different readers is refused: names twice, unsafe
 * names, devices, sparse files.
 */
final class TarIndex {
  /** With larger blocks the reader would pass over what follows the end of the archive. */
  private static final int BLOCK = 512;

  private static final int MAX_ENTRIES = 1 << 15;
  private static final int MAX_NAME = 512;

  private final Map<String, Place> files = new HashMap<>();
  private final Set<String> links = new HashSet<>();

  private TarIndex() {}

  /**
   * Where a file's bytes are.
   *
   * @param offset from the start of the archive
   * @param size in bytes
   */
  record Place(long offset, long size) {}

  /**
   * Reads the headers of an archive.
   *
   * @throws FlintException INTEGRITY if it is cut off or damaged, POLICY if it has an entry that is
   *     unsafe, or too many
   */
  static TarIndex read(FileChannel file, String what) throws IOException {
    HeaderStream headers = new HeaderStream(file, what);
    TarArchiveInputStream tar = new TarArchiveInputStream(headers, BLOCK, BLOCK, "UTF-8");
    TarIndex index = new TarIndex();
    try {
      int count = 0;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (++count > MAX_ENTRIES) {
          throw refused(what, "has more than " + MAX_ENTRIES + " entries");
        }
        index.add(entry, headers.beginData(entry.getSize()), what);
      }
      headers.finish();
      return index;
    } catch (FlintException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw IntegrityException.damaged(what, e);
    }
  }

  private void add(TarArchiveEntry entry, long offset, String what) throws FlintException {
    String shown = "\"" + TarNames.shorten(entry.getName()) + "\"";
    if (!entry.isCheckSumOK()) {
      throw new IntegrityException(what + " has a damaged header: " + shown);
    }
    String name = withoutDot(entry.getName());
    boolean folder = entry.getLinkFlag() == TarArchiveEntry.LF_DIR;
    if (!isSafe(name, folder)) {
      throw refused(what, "has an entry with an unsafe name: " + shown);
    }
    switch (entry.getLinkFlag()) {
      case TarArchiveEntry.LF_DIR -> {
        if (entry.getSize() != 0) {
          throw refused(what, "has a folder with content: " + shown);
        }
        return;
      }
      case TarArchiveEntry.LF_NORMAL, TarArchiveEntry.LF_OLDNORM -> {
        if (entry.isSparse()) {
          throw refused(what, "has a sparse file: " + shown);
        }
      }
      case TarArchiveEntry.LF_LINK, TarArchiveEntry.LF_SYMLINK -> {
        if (entry.getSize() != 0) {
          throw refused(what, "has a link with content: " + shown);
        }
        links.add(name);
      }
      default -> throw refused(what, "has an entry that is neither a file nor a folder: " + shown);
    }
    if (files.put(name, new Place(offset, entry.getSize())) != null) {
      throw refused(what, "has two entries of one name: " + shown);
    }
  }

  private static boolean isSafe(String name, boolean folder) {
    if (folder && name.isEmpty()) {
      return true;
    }
    if (!folder && (name.endsWith("/") || name.equals(".") || name.endsWith("/."))) {
      return false;
    }
    // A piece that says "here" gives one file many names.
    boolean plain = Arrays.stream(name.split("/")).noneMatch(piece -> piece.equals("."));
    return name.length() <= MAX_NAME && plain && TarNames.isSafe(name);
  }

  /** Tools that pack the folder {@code .} write its name before each of its files. */
  private static String withoutDot(String name) {
    return name.startsWith("./") ? name.substring(2) : name;
  }

  private static FlintException refused(String what, String why) {
    return new FlintException(ErrorCode.POLICY, what + " " + why);
  }

  /** Whether there are links, which a tool that unpacks would follow. */
  boolean hasLinks() {
    return !links.isEmpty();
  }

  /** A file by its name. A link has none, wherever it may lead. */
  Optional<Place> find(String name) {
    String plain = withoutDot(name);
    return links.contains(plain) ? Optional.empty() : Optional.ofNullable(files.get(plain));
  }
}
