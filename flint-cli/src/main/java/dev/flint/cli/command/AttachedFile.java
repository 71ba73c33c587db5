package dev.flint.cli.command;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file that goes into an artifact, {@code FILE[:MEDIATYPE]}. */
record AttachedFile(Path file, MediaType mediaType) {
  private static final String TITLE = "org.opencontainers.image.title";
  private static final Pattern TYPED =
      Pattern.compile("(.+):([A-Za-z0-9][A-Za-z0-9.+_-]*/[A-Za-z0-9][A-Za-z0-9.+_-]*)");
  private static final int BUFFER = 128 * 1024;

  /** Reads an argument; a file that is called like all of it is meant before any other. */
  static AttachedFile parse(String text) {
    Matcher typed = TYPED.matcher(text);
    return typed.matches() && !Files.exists(Path.of(text))
        ? new AttachedFile(Path.of(typed.group(1)), new MediaType(typed.group(2)))
        : new AttachedFile(Path.of(text), MediaType.OCTET_STREAM);
  }

  /** Points to the content as it is now, and carries the file's name. */
  Descriptor describe() throws IOException {
    if (Files.isDirectory(file)) {
      throw new FlintException(ErrorCode.USAGE, "not a file but a folder: " + file);
    }
    MessageDigest hasher = Digest.sha256Hasher();
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hasher.update(buffer, 0, n);
        size += n;
      }
    }
    return Descriptor.of(mediaType, Digest.of(hasher.digest()), size)
        .withAnnotations(Map.of(TITLE, String.valueOf(file.getFileName())));
  }
}
