package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Goes through a layer of any image, of which single files are wanted and nothing else. Links,
 * devices and whiteouts are told as what they are; no path is made of any name.
 */
public final class LayerScan {
  private static final int PEEKED_ENTRIES = 64;

  /** Behind a larger file a peek does not look. */
  private static final long PEEKED_FILE = 1 << 20;

  private LayerScan() {}

  /** What an entry is. */
  public enum Kind {
    /** A regular file. */
    FILE,
    /** A folder. */
    FOLDER,
    /** A link, a device, a sparse file or something else that is no plain content. */
    OTHER
  }

  /**
   * An entry.
   *
   * @param path within the root file system, without a slash at either end
   * @param size of a file, in bytes
   */
  public record Entry(String path, Kind kind, long size) {}

  /** Is shown every entry in its order. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes an entry; of its content as much is passed over as is not read here. */
    void visit(Entry entry, InputStream content) throws IOException;
  }

  /**
   * Goes through all of a layer, and verifies it.
   *
   * @param blob its verified bytes; read to the end, stays open
   * @param diffId the digest its tar must have
   * @param maxBytes the most it may unpack to
   * @throws FlintException INTEGRITY if it is damaged, POLICY if it is over the limit or a name
   *     leads outside; whatever the visitor throws passes
   */
  public static void scan(InputStream blob, Digest diffId, long maxBytes, Visitor visitor)
      throws IOException {
    try {
      TarStream stream = new TarStream(DecompressedLayer.of(blob), diffId, maxBytes);
      TarArchiveInputStream tar = new TarArchiveInputStream(stream, "UTF-8");
      stream.beginHeaders();
      for (TarArchiveEntry next = tar.getNextEntry(); next != null; next = tar.getNextEntry()) {
        stream.beginData();
        visitor.visit(entry(next), tar);
        tar.transferTo(OutputStream.nullOutputStream());
        stream.beginHeaders();
      }
      stream.finish();
    } catch (FlintException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw LayerUnpacker.damaged(e);
    }
    if (blob.read() >= 0) {
      throw new IntegrityException("a layer goes on after its end");
    }
  }

  /**
   * The first entries of a layer, as far as they can be had cheaply; nothing is verified.
   *
   * @param blob is left where it was read to
   * @throws FlintException as {@link #scan}
   */
  public static List<Entry> peek(InputStream blob) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try {
      TarStream stream =
          new TarStream(
              DecompressedLayer.of(blob), Digest.sha256(new byte[0]), PEEKED_ENTRIES * PEEKED_FILE);
      TarArchiveInputStream tar = new TarArchiveInputStream(stream, "UTF-8");
      stream.beginHeaders();
      long passed = 0;
      for (TarArchiveEntry next = tar.getNextEntry();
          next != null && entries.size() < PEEKED_ENTRIES;
          next = tar.getNextEntry()) {
        entries.add(entry(next));
        passed += next.isFile() ? next.getSize() : 0;
        if (passed > PEEKED_FILE) {
          break;
        }
        stream.beginData();
        tar.transferTo(OutputStream.nullOutputStream());
        stream.beginHeaders();
      }
      return entries;
    } catch (FlintException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw LayerUnpacker.damaged(e);
    }
  }

  private static Entry entry(TarArchiveEntry entry) throws FlintException {
    String name = entry.getName();
    if (!entry.isCheckSumOK()) {
      throw new IntegrityException(
          "the layer's tar has a damaged header: \"" + TarNames.shorten(name) + "\"");
    }
    // Some packagers write names from the root on, some from the working folder.
    String path = name.replaceFirst("^(\\.?/)+", "").replaceFirst("/+$", "");
    boolean root = path.isEmpty() || path.equals(".");
    // A backslash is a character as any other in a root file system, and systemd's units have it.
    if (!root && !TarNames.isSafe(path.replace('\\', '_'))) {
      throw new FlintException(
          ErrorCode.POLICY,
          "the layer has an entry with an unsafe name: \"" + TarNames.shorten(name) + "\"");
    }
    return new Entry(root ? "" : path, kind(entry), entry.getSize());
  }

  private static Kind kind(TarArchiveEntry entry) {
    // By the flag alone, as a link whose name ends in a slash also calls itself a folder.
    return switch (entry.getLinkFlag()) {
      case TarArchiveEntry.LF_NORMAL, TarArchiveEntry.LF_OLDNORM ->
          entry.isSparse() ? Kind.OTHER : entry.isDirectory() ? Kind.FOLDER : Kind.FILE;
      case TarArchiveEntry.LF_DIR -> Kind.FOLDER;
      default -> Kind.OTHER;
    };
  }
}
