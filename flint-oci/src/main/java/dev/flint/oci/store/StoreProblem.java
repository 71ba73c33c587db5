package dev.flint.oci.store;

import java.util.List;

/**
 * Something that is wrong with a layout.
 *
 * @param subject a digest or a file
 * @param images the names of those that suffer from it, sorted
 * @param remedy what a user can do, or empty
 */
public record StoreProblem(
    Kind kind, String subject, List<String> images, String detail, String remedy) {
  /** What is wrong. */
  public enum Kind {
    /** The folder is no layout, or its index cannot be read. */
    LAYOUT,
    /** Where a blob should be is a link, a folder or a device. */
    NOT_A_FILE,
    /** The bytes are not what the digest says. */
    DAMAGED,
    /** The bytes cannot be read. */
    UNREADABLE,
    /** A blob that an image needs is not there. */
    MISSING,
    /** A blob is sound, but an image announces another size. */
    WRONG_SIZE,
    /** A document breaks the rules of its format or is over a limit. */
    MALFORMED
  }

  /** Copies the list. */
  public StoreProblem {
    images = List.copyOf(images);
  }
}
