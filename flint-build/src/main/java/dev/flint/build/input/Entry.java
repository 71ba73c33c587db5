package dev.flint.build.input;

import java.nio.file.Path;

/**
 * A file or folder that goes into a variant.
 *
 * @param target an absolute path in the variant
 * @param source a file of the host, or the folder that this one is for; no link
 * @param mode 0 to 0777
 * @param owner {@code uid:gid}, or empty for 0:0
 */
public record Entry(String target, Path source, boolean folder, int mode, String owner) {}
