package dev.flint.oci.store;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The file that marks an image layout (OCI image spec, image-layout.md, "oci-layout file"). */
public final class LayoutVersion {
  /** Its name. */
  public static final String FILE = "oci-layout";

  private static final String MEMBER = "imageLayoutVersion";
  private static final String VERSION = "1.0.0";

  private LayoutVersion() {}

  /** Its content. */
  public static byte[] bytes() {
    return JsonObject.empty().with(MEMBER, VERSION).bytes();
  }

  /**
   * Checks its content.
   *
   * @param what names the file in errors
   * @throws FlintException PROTOCOL if it is not of version 1.0.0
   */
  public static void check(byte[] bytes, String what) throws FlintException {
    String version = JsonObject.parse(bytes, what).requiredString(MEMBER);
    if (!version.equals(VERSION)) {
      throw new FlintException(
          ErrorCode.PROTOCOL, what + " has version " + version + ", expected " + VERSION);
    }
  }

  /** Fails if a folder holds other files than a layout in the making, told by a folder in it. */
  static void checkIsFree(Path folder, String sign) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      if (entries.iterator().hasNext() && !Files.exists(folder.resolve(sign))) {
        throw new FlintException(
            ErrorCode.PROTOCOL,
            "folder " + folder + " is not an image layout: it holds other files",
            "choose an empty folder");
      }
    } catch (NoSuchFileException e) {
      // It will be made.
    }
  }
}
