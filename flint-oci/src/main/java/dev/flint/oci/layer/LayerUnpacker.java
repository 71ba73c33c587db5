package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.disk.DiskNames;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Gets the disk, or another file, out of a layer, whoever made it. As wide as the published agent
 * and wider: compression is told by the bytes, not by the media type; folders, headers and other
 * files are passed over; exactly one disk file counts. As strict as it must be: entries that could
 * reach outside are refused, and everything is hashed to the last byte.
 */
public final class LayerUnpacker {
  private static final int BUFFER = 128 * 1024;

  private LayerUnpacker() {}

  /** Takes the bytes of the disk, in order. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next bytes. */
    void write(byte[] buffer, int offset, int length) throws IOException;
  }

  /**
   * Unpacks a layer that holds a disk, as {@link #unpack(InputStream, FileRole, Digest, long,
   * Sink)}.
   */
  public static void unpack(InputStream layer, Digest diffId, long maxBytes, Sink sink)
      throws IOException {
    unpack(layer, FileRole.DISK, diffId, maxBytes, sink);
  }

  /**
   * Unpacks a layer. The sink may have got bytes when this fails; they are then worthless.
   *
   * @param layer the verified bytes of the layer's blob; read to the end, stays open
   * @param role of the one file that is wanted
   * @param diffId the digest its tar must have
   * @param maxBytes the most it may unpack to
   * @throws FlintException INTEGRITY if it is damaged, POLICY if it is over the limit or has an
   *     unsafe entry, UNSUPPORTED if it does not hold exactly one such file
   */
  public static void unpack(
      InputStream layer, FileRole role, Digest diffId, long maxBytes, Sink sink)
      throws IOException {
    try {
      TarStream stream = new TarStream(DecompressedLayer.of(layer), diffId, maxBytes);
      Optional<String> file = readFile(stream, role, sink);
      stream.finish();
      if (file.isEmpty()) {
        throw missing(role);
      }
    } catch (SinkException e) {
      throw e.reason;
    } catch (FlintException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  /** The failure of a layer that does not hold what it should. */
  public static FlintException missing(FileRole role) {
    return role == FileRole.DISK
        ? new FlintException(
            ErrorCode.UNSUPPORTED,
            "the layer holds no disk: no file in it ends in " + DiskNames.suffixes(),
            "an ordinary container image has no disk to unpack")
        : new FlintException(
            ErrorCode.UNSUPPORTED,
            "the layer holds no " + role.id() + ": no file in it is called " + role.entryName());
  }

  /** What a decompressor's complaint means. */
  static IntegrityException damaged(Exception e) {
    return IntegrityException.damaged("the layer", e);
  }

  /** Passes the file to the sink and returns its name, if there is one. */
  private static Optional<String> readFile(TarStream stream, FileRole role, Sink sink)
      throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(stream, "UTF-8");
    Optional<String> file = Optional.empty();
    while (true) {
      stream.beginHeaders();
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry == null) {
        return file;
      }
      stream.beginData();
      LayerEntry.check(entry);
      if (!LayerEntry.is(role, entry)) {
        tar.transferTo(OutputStream.nullOutputStream());
        continue;
      }
      if (file.isPresent()) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED,
            "the layer holds two %ss, %s and %s".formatted(role.id(), file.get(), entry.getName()));
      }
      file = Optional.of(entry.getName());
      copy(tar, entry.getSize(), sink);
    }
  }

  private static void copy(InputStream in, long size, Sink sink) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long copied = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      try {
        sink.write(buffer, 0, n);
      } catch (IOException e) {
        throw new SinkException(e);
      }
      copied += n;
    }
    if (copied != size) {
      throw new IntegrityException("the layer's tar is cut off within the file");
    }
  }

  /** Keeps a full local disk apart from a damaged layer on the way up. */
  private static final class SinkException extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException reason;

    SinkException(IOException reason) {
      super(reason);
      this.reason = reason;
    }
  }
}
