package dev.flint.capstan;

import dev.flint.oci.disk.DiskNames;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What users call a loader: a disk file, if the word begins with {@code /} or {@code .} or has a
 * disk's suffix, else an image of the Capstan repository.
 */
public record LoaderWord(String text) {
  /** The loader if nobody names one. */
  public static final LoaderWord USUAL = new LoaderWord("osv-loader");

  /** How a path of the user is resolved. */
  @FunctionalInterface
  public interface Paths {
    /** The file of a path as it was written. */
    Path of(String text) throws IOException;
  }

  /**
   * The file.
   *
   * @param remedy how else a loader can be named
   * @throws IllegalArgumentException if the word is neither
   * @throws FlintException NOT_FOUND if the repository has no such image
   */
  public Path find(Paths files, CapstanRepository repository, String remedy) throws IOException {
    if (text.startsWith("/") || text.startsWith(".") || DiskNames.isDisk(text)) {
      return files.of(text);
    }
    CapstanName name = CapstanName.parse(text);
    try {
      return repository.find(name).file();
    } catch (FlintException e) {
      throw new FlintException(e.code(), String.valueOf(e.getMessage()), remedy, e);
    }
  }
}
