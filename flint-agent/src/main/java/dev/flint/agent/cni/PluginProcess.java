package dev.flint.agent.cni;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs one plugin once (CNI SPEC 1.0, section 2). */
final class PluginProcess {
  /** An address from a busy DHCP server takes its time. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private static final int MAX_OUTPUT = 1 << 20;
  private static final int LOOK_MILLIS = 100;
  private static final int MAX_LINE = 300;

  private final Attachment attachment;
  private final String command;
  private final String namespace;
  private final Duration limit;

  /**
   * Of plugins for one purpose.
   *
   * @param command {@code ADD} or {@code DEL}
   * @param namespace of the container, or empty if it is gone
   */
  PluginProcess(Attachment attachment, String command, String namespace) {
    this(attachment, command, namespace, LIMIT);
  }

  PluginProcess(Attachment attachment, String command, String namespace, Duration limit) {
    this.attachment = attachment;
    this.command = command;
    this.namespace = namespace;
    this.limit = limit;
  }

  /**
   * Runs it to its end.
   *
   * @param run a folder for what it reads and says
   * @return its result; an empty object where it has none
   * @throws FlintException LOCAL_IO with what it says if it fails
   */
  JsonObject run(Path program, JsonObject config, Path run) throws IOException {
    // Files, as whatever a plugin leaves running would keep a pipe open.
    Path input = run.resolve("network.in");
    Path result = run.resolve("network.out");
    Path words = run.resolve("network.err");
    try {
      Files.write(input, config.bytes());
      int status = status(program, input, result, words);
      byte[] said = read(result);
      if (said.length > MAX_OUTPUT) {
        throw failure(program, "it says too much");
      }
      if (status != 0) {
        throw failure(program, complaint(said, read(words), status));
      }
      boolean nothing = new String(said, StandardCharsets.UTF_8).isBlank();
      return nothing ? JsonObject.empty() : JsonObject.parse(said, "result of " + program);
    } finally {
      for (Path file : List.of(input, result, words)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private int status(Path program, Path input, Path result, Path words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(program.toString())
            .redirectInput(input.toFile())
            .redirectOutput(result.toFile())
            .redirectError(words.toFile());
    String search = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    Map<String, String> env = builder.environment();
    env.clear();
    // Some start iptables.
    env.put("PATH", search + ":/usr/sbin:/sbin");
    env.put("CNI_COMMAND", command);
    env.put(StrayPlugins.CONTAINER, attachment.container());
    env.put("CNI_NETNS", namespace);
    env.put("CNI_IFNAME", Attachment.DEVICE);
    env.put("CNI_PATH", attachment.path());
    long start = System.nanoTime();
    Process process = builder.start();
    try {
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - start > limit.toNanos()) {
          throw failure(program, "it did not end in " + limit.toSeconds() + " s");
        }
        if (Files.size(result) > MAX_OUTPUT || Files.size(words) > MAX_OUTPUT) {
          throw failure(program, "it says too much");
        }
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted as a network was changed", e);
    } finally {
      if (process.isAlive()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_OUTPUT + 1);
    }
  }

  private FlintException failure(Path program, String why) {
    return new FlintException(
        ErrorCode.LOCAL_IO,
        "the plugin "
            + program.getFileName()
            + " of CNI could not "
            + (command.equals("ADD") ? "add to" : "remove from")
            + " the network "
            + attachment.network()
            + ": "
            + why);
  }

  /** What its error object says, else its last words. */
  private static String complaint(byte[] result, byte[] words, int status) {
    String text = "";
    try {
      JsonObject error = JsonObject.parse(result, "error");
      String details = error.string("details").orElse("");
      text = error.string("msg").orElse("") + (details.isEmpty() ? "" : "; " + details);
    } catch (FlintException e) {
      // It ended before it could say it in form.
      text = new String(words, StandardCharsets.UTF_8).strip();
      text = text.substring(text.lastIndexOf('\n') + 1);
    }
    return text.isBlank() ? "it ended with status " + status : oneLine(text);
  }

  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length() && i < MAX_LINE; i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) ? ' ' : c);
    }
    return line.toString().strip();
  }
}
