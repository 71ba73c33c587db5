package dev.flint.oci.archive;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;

/** Tells which kind an archive is. */
public final class Archives {
  private Archives() {}

  /**
   * Reads an archive of either kind. Modern {@code docker save} writes both into one; its layout is
   * preferred, as that has the image as it was pushed.
   *
   * @param archive closed with the result, or by a failure
   */
  public static ImageBundle read(ArchiveFile archive, Spool spool) throws IOException {
    boolean layout = archive.find(LayoutArchive.INDEX_FILE).isPresent();
    return closingOnFailure(
        archive, () -> layout ? LayoutArchive.of(archive) : DockerArchive.of(archive, spool));
  }

  /**
   * Reads an archive that must be a tar of an OCI layout and nothing else that could lead a tool
   * astray: links are refused.
   *
   * @param archive closed with the result, or by a failure
   */
  public static ImageBundle readLayout(ArchiveFile archive) throws IOException {
    return closingOnFailure(
        archive,
        () -> {
          if (archive.hasLinks()) {
            throw new FlintException(
                ErrorCode.POLICY, archive.what() + " has links, an image layout has none");
          }
          return LayoutArchive.of(archive);
        });
  }

  private interface Reader {
    ImageBundle read() throws IOException;
  }

  private static ImageBundle closingOnFailure(ArchiveFile archive, Reader reader)
      throws IOException {
    try {
      return reader.read();
    } catch (IOException e) {
      archive.close();
      throw e;
    }
  }
}
