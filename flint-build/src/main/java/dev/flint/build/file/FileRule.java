package dev.flint.build.file;

import java.util.OptionalInt;

/**
 * Files that go into a variant.
 *
 * @param source a file or folder of the host, as written in the build file
 * @param target an absolute path in the variant: of the file itself, or of the folder that gets
 *     what is in the source
 * @param mode of all files, 0 to 0777; else 0755 for what may be run by its owner and 0644
 * @param folderMode of all folders, 0 to 0777; else 0755
 * @param owner {@code uid:gid}; else 0:0
 */
public record FileRule(
    String source, String target, OptionalInt mode, OptionalInt folderMode, String owner) {}
