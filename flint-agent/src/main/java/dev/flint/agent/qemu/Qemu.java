package dev.flint.agent.qemu;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.OsvConsole;
import dev.flint.osv.OsvEnd;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A QEMU program that boots disks. */
public final class Qemu {
  private static final String PROGRAM = "qemu-system-x86_64";
  private static final int MAX_CONSOLE = 1 << 20;

  private final Path program;

  private Qemu(Path program) {
    this.program = program;
  }

  /** The QEMU on the search path of an environment. */
  public static Optional<Qemu> find(Map<String, String> env) {
    for (String folder : env.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, PROGRAM))) {
        return Optional.of(new Qemu(Path.of(folder, PROGRAM)));
      }
    }
    return Optional.empty();
  }

  /**
   * Boots a disk and waits until the guest powers off.
   *
   * @throws FlintException UNSUPPORTED if QEMU fails, or is killed as the guest went over the limit
   */
  public ConsoleText boot(GuestRun run) throws IOException {
    Process process =
        new ProcessBuilder(QemuArgs.of(program, run))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    // Reading ends with the process, so somebody else must keep the limit.
    CompletableFuture<Process> ended =
        process.onExit().orTimeout(run.limit().toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture<Process> watchdog = ended.exceptionally(late -> process.destroyForcibly());
    try (InputStream console = process.getInputStream()) {
      String text = new String(console.readNBytes(MAX_CONSOLE), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      if (ended.isCompletedExceptionally()) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED,
            "the guest on "
                + run.disk()
                + " did not power off in "
                + run.limit().toSeconds()
                + " s");
      }
      if (exit != 0) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED,
            "QEMU ended with " + exit + " on " + run.disk() + ": " + lastLine(text));
      }
      return new ConsoleText(text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted while a guest ran", e);
    } finally {
      watchdog.cancel(false);
      process.destroyForcibly();
    }
  }

  private static String lastLine(String text) {
    String[] lines = text.strip().split("\\R", -1);
    return lines[lines.length - 1];
  }

  /**
   * What a guest wrote to its serial line.
   *
   * @param text with CR LF line ends as the guest sent them
   */
  public record ConsoleText(String text) {
    /** The lines, without line ends. */
    public List<String> lines() {
      return text.lines().toList();
    }

    /** How the guest ended; QEMU's own status is 0 whatever the guest's program returned. */
    public OsvEnd end() {
      return OsvConsole.endOf(text);
    }
  }
}
