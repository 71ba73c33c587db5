package dev.flint.agent.cni;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs one plugin once (CNI SPEC 1.0, section 2). */
final class PluginProcess {
  /** An address from a busy DHCP server takes its time. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private static final int MAX_RESULT = 1 << 20;
  private static final int MAX_WORDS = 4096;
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
   * @param input a file to use for what it reads
   * @return its result; an empty object where it has none
   * @throws FlintException LOCAL_IO with what it says if it fails
   */
  JsonObject run(Path program, JsonObject config, Path input) throws IOException {
    Files.write(input, config.bytes());
    ProcessBuilder builder = new ProcessBuilder(program.toString()).redirectInput(input.toFile());
    String search = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                // Some start iptables.
                "PATH",
                search + ":/usr/sbin:/sbin",
                "CNI_COMMAND",
                command,
                StrayPlugins.CONTAINER,
                attachment.container(),
                "CNI_NETNS",
                namespace,
                "CNI_IFNAME",
                Attachment.DEVICE,
                "CNI_PATH",
                attachment.path()));
    Process process = builder.start();
    Drain result = Drain.of(process.getInputStream(), MAX_RESULT);
    Drain words = Drain.of(process.getErrorStream(), MAX_WORDS);
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failure(program, "it did not end in " + limit.toSeconds() + " s");
      }
      byte[] said = result.bytes();
      if (process.exitValue() != 0) {
        throw failure(program, complaint(said, words.bytes(), process.exitValue()));
      }
      if (said.length == MAX_RESULT) {
        throw failure(program, "it says too much");
      }
      boolean nothing = new String(said, StandardCharsets.UTF_8).isBlank();
      return nothing ? JsonObject.empty() : JsonObject.parse(said, "result of " + program);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted as a network was changed", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.deleteIfExists(input);
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
