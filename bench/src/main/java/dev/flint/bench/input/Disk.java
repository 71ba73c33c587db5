package dev.flint.bench.input;

import java.nio.file.Path;

/**
 * A disk file.
 *
 * @param layout where the same disk is, or will be, as an OCI layout with a plain tar layer
 */
public record Disk(Path file, PlainLayout layout) {}
