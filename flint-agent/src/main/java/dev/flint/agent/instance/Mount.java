package dev.flint.agent.instance;

import java.nio.file.Path;

/**
 * A folder or file of the host that the instance sees.
 *
 * @param source an absolute path on the host
 * @param target an absolute path in the instance, without {@code ..}
 * @param kind how it gets there
 */
public record Mount(Path source, String target, boolean readOnly, Kind kind) {
  /** How a mount gets into an instance. */
  public enum Kind {
    /** The host's own files for a container; for a guest a read-only copy as of its start. */
    COPY,
    /** The host's own files, for a guest by virtiofs. */
    LIVE,
    /** Empty at the start and gone with the instance; {@code source} is a folder made for it. */
    SCRATCH,
    /**
     * A container's way to the API server, which it sees as the host has it. A guest does without:
     * its copy would lie on a disk, and be out of date when the token in it has run out.
     */
    ACCESS
  }
}
