package dev.flint.cli.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A distribution in a place of a test's own, where every user may read it. */
public final class DistributionCopy {
  private DistributionCopy() {}

  /** Copies the built one into a folder that is not there yet; gives the jar to start. */
  public static Path jarIn(Path folder) throws IOException {
    Files.createDirectories(folder.resolveSibling("."));
    return Distribution.built().copyTo(folder).jar();
  }
}
