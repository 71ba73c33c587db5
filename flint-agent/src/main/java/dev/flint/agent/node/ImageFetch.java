package dev.flint.agent.node;

import dev.flint.agent.image.KnownImages;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gets images ready by a child process, so that what it takes to speak to registries and to unpack
 * is never in the agent's memory. What is here already takes no process. Thread-safe.
 */
public final class ImageFetch {
  private static final int MAX_DOCUMENT = 4 << 20;

  private final List<String> program;
  private final Path images;
  private final KnownImages known;
  private final Consumer<String> warnings;
  private FetchTotals totals = FetchTotals.NONE;

  /**
   * Fetches into a folder.
   *
   * @param program that takes {@code prepare-image --images DIR --pull POLICY REF} and prints an
   *     {@link ImageDocument}, with a member {@code fetched} that says what it took: {@code
   *     fetchedBytes} and {@code reusedBytes}
   * @param images the folder of unpacked images
   * @param warnings is told what is used although it may be out of date
   */
  public ImageFetch(List<String> program, Path images, Consumer<String> warnings) {
    this.program = List.copyOf(program);
    this.images = images;
    this.known = new KnownImages(images);
    this.warnings = warnings;
  }

  /**
   * Gets an image as a policy says.
   *
   * @throws FlintException what the child failed with; NOT_FOUND under {@link PullPolicy#NEVER}
   */
  PreparedImage get(String reference, PullPolicy policy) throws IOException {
    Optional<PreparedImage> here = known.find(reference);
    if (here.isPresent() && policy != PullPolicy.ALWAYS) {
      return here.get();
    }
    if (policy == PullPolicy.NEVER) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "image " + reference + " is not here, and may not be pulled");
    }
    long start = System.nanoTime();
    try {
      JsonObject document = run(reference, policy);
      PreparedImage image = ImageDocument.read(document);
      JsonObject fetched = document.object("fetched").orElse(JsonObject.empty());
      long bytes = fetched.integer("fetchedBytes").orElse(0);
      add(new FetchTotals(1, 0, since(start), bytes, fetched.integer("reusedBytes").orElse(0)));
      return image;
    } catch (IOException e) {
      add(new FetchTotals(1, 1, since(start), 0, 0));
      boolean offline = e instanceof FlintException flint && flint.code() == ErrorCode.NETWORK;
      if (here.isEmpty() || !offline) {
        throw e;
      }
      warnings.accept("image " + reference + " is used as it is here: " + e.getMessage());
      return here.get();
    }
  }

  /**
   * The very image that was there before; nobody is asked unless it is gone.
   *
   * @param reference as which it was asked for, maybe another image by now
   */
  PreparedImage get(String reference, PreparedImage pinned) throws IOException {
    if (KnownImages.isThere(pinned)) {
      return pinned;
    }
    String name = Reference.parse(reference).withDigest(pinned.manifest()).toString();
    return get(name, PullPolicy.IF_NOT_PRESENT);
  }

  private static long since(long start) {
    return System.nanoTime() - start;
  }

  private synchronized void add(FetchTotals more) {
    totals = totals.plus(more);
  }

  /** What it has done so far. */
  synchronized FetchTotals totals() {
    return totals;
  }

  private JsonObject run(String reference, PullPolicy policy) throws IOException {
    List<String> command = new ArrayList<>(program);
    String pull = policy == PullPolicy.ALWAYS ? "always" : "missing";
    command.addAll(
        List.of("prepare-image", "--images", images.toString(), "--pull", pull, "--", reference));
    Files.createDirectories(images);
    Path said = Files.createTempFile(images, "fetch", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectError(said.toFile())
              .start();
      byte[] result;
      try (InputStream out = process.getInputStream()) {
        result = out.readNBytes(MAX_DOCUMENT);
        int exit = process.waitFor();
        if (exit != 0) {
          throw new FlintException(codeOf(exit), lastLine(said, reference));
        }
      } finally {
        process.destroy();
      }
      return JsonObject.parse(result, "prepared image");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while an image was fetched");
    } finally {
      Files.deleteIfExists(said);
    }
  }

  private static ErrorCode codeOf(int exit) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.exitCode() == exit) {
        return code;
      }
    }
    return ErrorCode.INTERNAL;
  }

  private static String lastLine(Path said, String reference) throws IOException {
    String last = "image " + reference + " could not be fetched";
    for (String line : Files.readString(said, StandardCharsets.UTF_8).split("\n", -1)) {
      last = line.isBlank() ? last : line;
    }
    return last.startsWith("flint: ") ? last.substring("flint: ".length()) : last;
  }
}
