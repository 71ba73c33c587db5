package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.OutputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where to tell pipelines what image a command made or moved: after success, and never half. */
final class PublishOptions {
  @Option(
      names = "--digest-file",
      paramLabel = "FILE",
      description = "Write the digest of the image to this file, without a line end.")
  @Nullable Path digestFile;

  @Option(
      names = "--metadata-file",
      paramLabel = "FILE",
      description = "Write name, digest, size and platforms to this file, as JSON.")
  @Nullable Path metadataFile;

  @Option(
      names = "--github-output",
      description =
          "Add digest, reference, pinned, imageid and metadata to the outputs of a step of GitHub"
              + " Actions.")
  boolean githubOutput;

  /** Finds images, which may take requests that only a file is worth. */
  @FunctionalInterface
  interface Images {
    List<PublishedImage> find() throws IOException;
  }

  /** Refuses files that cannot be written, before the work whose result they would lose. */
  void check(Context context) throws IOException {
    for (Path file : files()) {
      OutputFile.requireFree(file, true);
      requireFolder(file);
    }
    if (digestFile != null
        && metadataFile != null
        && absolute(digestFile).equals(absolute(metadataFile))) {
      throw new FlintException(
          ErrorCode.USAGE, "--digest-file and --metadata-file name the same file: " + digestFile);
    }
    if (githubOutput) {
      GithubOutput.requireWritable(githubFile(context));
    }
  }

  private static void requireFolder(Path file) throws FlintException {
    Path folder = absolute(file).getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "cannot write " + file + ": its folder does not exist");
    }
    if (folder != null && !Files.isWritable(folder)) {
      throw new FlintException(
          ErrorCode.LOCAL_IO, "cannot write " + file + ": nothing may be written in its folder");
    }
  }

  private static Path absolute(Path file) {
    return file.toAbsolutePath().normalize();
  }

  /** Writes what was asked for. */
  void write(Context context, Images images) throws IOException {
    if (files().isEmpty() && !githubOutput) {
      return;
    }
    PublishedImages published = new PublishedImages(images.find());
    if (digestFile != null) {
      write(digestFile, published.digest().getBytes(StandardCharsets.UTF_8));
    }
    if (metadataFile != null) {
      write(metadataFile, published.metadata().prettyBytes());
    }
    if (githubOutput) {
      published.githubOutput().appendTo(githubFile(context));
    }
  }

  private List<Path> files() {
    return Stream.of(Optional.ofNullable(digestFile), Optional.ofNullable(metadataFile))
        .flatMap(Optional::stream)
        .toList();
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (OutputFile output = OutputFile.create(file, true)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        output.channel().write(buffer);
      }
      output.publish();
    }
  }

  private static Path githubFile(Context context) throws FlintException {
    String name = context.env().getOrDefault("GITHUB_OUTPUT", "");
    try {
      if (!name.isEmpty()) {
        return Path.of(name);
      }
    } catch (InvalidPathException e) {
      // Told below.
    }
    throw new FlintException(
        ErrorCode.USAGE,
        "--github-output needs the variable GITHUB_OUTPUT, which GitHub Actions sets",
        "elsewhere use --digest-file or --metadata-file");
  }
}
