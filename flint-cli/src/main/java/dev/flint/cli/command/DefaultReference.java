package dev.flint.cli.command;

import dev.flint.capstan.CapstanDisk;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/** The name an image gets when the user gives none. */
final class DefaultReference {
  private static final int MAX_TAG = 128;

  private DefaultReference() {}

  /** The Capstan name by the rule of docs/format.md, with the index.yaml version or latest. */
  static Reference of(CapstanDisk disk) throws FlintException {
    String version = disk.index().version();
    // Versions may hold what tags may not, such as the plus of semantic versions.
    String tag = version.replaceAll("[^A-Za-z0-9_.-]", "_");
    tag = tag.substring(0, Math.min(MAX_TAG, tag.length()));
    try {
      return Reference.of("", disk.name().toRepository(), Reference.isTag(tag) ? tag : "latest");
    } catch (IllegalArgumentException e) {
      throw new FlintException(
          ErrorCode.USAGE, disk.name() + " is too long for a reference", "give one as REF", e);
    }
  }
}
