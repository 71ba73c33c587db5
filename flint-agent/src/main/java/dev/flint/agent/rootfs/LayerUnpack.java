package dev.flint.agent.rootfs;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.DecompressedLayer;
import dev.flint.oci.layer.TarNames;
import dev.flint.oci.layer.TarStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads the tar of one layer into a folder. */
final class LayerUnpack {
  private static final int MAX_ENTRIES = 1 << 20;

  private LayerUnpack() {}

  /**
   * Unpacks.
   *
   * @param blob the layer's verified bytes; stays open
   * @param diffId the digest its tar must have
   * @param folder empty; worthless if this fails
   * @param maxBytes the most it may unpack to
   * @throws FlintException INTEGRITY if it is damaged, POLICY if it is unsafe or over a limit
   */
  static void unpack(InputStream blob, Digest diffId, Path folder, Libc libc, long maxBytes)
      throws IOException {
    LayerWriter writer = new LayerWriter(folder, libc, maxBytes);
    HeaderTap tap = new HeaderTap(new TarStream(decompressed(blob), diffId, maxBytes));
    TarArchiveInputStream tar = new TarArchiveInputStream(tap, "UTF-8");
    int count = 0;
    for (TarArchiveEntry entry = next(tap, tar); entry != null; entry = next(tap, tar)) {
      if (++count > MAX_ENTRIES) {
        throw new FlintException(
            ErrorCode.POLICY, "the layer has more than " + MAX_ENTRIES + " entries");
      }
      try {
        writer.add(entry, new Content(tar), attributes(tap, entry));
      } catch (Damaged e) {
        throw damaged(e.reason);
      } catch (FlintException e) {
        throw e;
      } catch (IOException | InvalidPathException e) {
        throw new FlintException(
            ErrorCode.LOCAL_IO,
            "cannot unpack \"" + TarNames.shorten(entry.getName()) + "\" of a layer: " + e,
            e);
      }
    }
    tap.finish();
    writer.finish();
  }

  private static InputStream decompressed(InputStream blob) throws IOException {
    try {
      return DecompressedLayer.of(blob);
    } catch (FlintException e) {
      throw e;
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  private static TarArchiveEntry next(HeaderTap tap, TarArchiveInputStream tar) throws IOException {
    try {
      tap.beginHeaders();
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry != null) {
        tap.beginData();
      }
      return entry;
    } catch (FlintException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  private static Map<String, byte[]> attributes(HeaderTap tap, TarArchiveEntry entry) {
    for (String key : entry.getExtraPaxHeaders().keySet()) {
      if (key.startsWith(PaxAttributes.PREFIX)) {
        return PaxAttributes.read(tap.headers());
      }
    }
    return Map.of();
  }

  private static IntegrityException damaged(Exception e) {
    return new IntegrityException("the layer is damaged: " + e.getMessage());
  }

  /** What reading an entry fails with, told apart from what writing it does. */
  private static final class Damaged extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException reason;

    Damaged(IOException reason) {
      super(reason);
      this.reason = reason;
    }
  }

  /** The content of an entry. */
  private static final class Content extends FilterInputStream {
    Content(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return in.read(buffer, offset, length);
      } catch (FlintException e) {
        throw e;
      } catch (IOException e) {
        throw new Damaged(e);
      }
    }
  }
}
