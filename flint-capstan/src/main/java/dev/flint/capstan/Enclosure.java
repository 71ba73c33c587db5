package dev.flint.capstan;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A directory that links may not lead out of.
 *
 * @param real its path without links
 */
record Enclosure(Path real) {
  /**
   * The path with every link resolved.
   *
   * @throws FlintException POLICY if that is outside, or the enclosure itself
   * @throws java.nio.file.NoSuchFileException if there is nothing
   */
  Path follow(Path path) throws IOException {
    Path target = path.toRealPath();
    if (!target.startsWith(real) || target.equals(real)) {
      throw new FlintException(
          ErrorCode.POLICY,
          path + " leads out of the Capstan repository to " + target,
          "import that file itself with flint import --disk FILE REF");
    }
    return target;
  }
}
