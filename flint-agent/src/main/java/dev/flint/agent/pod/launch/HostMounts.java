package dev.flint.agent.pod.launch;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Those of the system, by {@code /proc} (proc(5)) and the programs {@code mount} and umount. */
final class HostMounts implements Mounts {
  private static final int PLACE = 4;
  private static final int AFTER_DASH = 2;
  private static final int MAX_SAID = 4096;

  private final Path proc;

  /**
   * Those that a folder says.
   *
   * @param proc usually {@code /proc}
   */
  HostMounts(Path proc) {
    this.proc = proc;
  }

  @Override
  public boolean isMounted(Path folder) throws IOException {
    // The list can miss one while others come and go.
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && !Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS)
            .equals(Files.getAttribute(folder.getParent(), "unix:dev"));
  }

  @Override
  public List<Mounted> in(Path folder) throws IOException {
    List<Mounted> out = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Files.newInputStream(proc.resolve("self/mountinfo")), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        List<String> fields = List.of(line.split(" ", -1));
        int dash = fields.indexOf("-");
        if (dash <= PLACE || fields.size() <= dash + AFTER_DASH) {
          throw new IOException("mountinfo has a line of another form");
        }
        // Before it is decoded, as a place need not be a name in this locale.
        String place = fields.get(PLACE);
        String start = escaped(folder);
        if (place.equals(start) || place.startsWith(start + "/")) {
          Path path = folder.resolve(plain(place.substring(start.length())).replaceFirst("^/", ""));
          out.add(new Mounted(path, fields.get(dash + 1), fields.get(dash + AFTER_DASH)));
        }
      }
    }
    return out;
  }

  private static String escaped(Path folder) {
    return folder
        .toString()
        .replace("\\", "\\134")
        .replace(" ", "\\040")
        .replace("\t", "\\011")
        .replace("\n", "\\012");
  }

  private static String plain(String escaped) {
    return escaped
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  @Override
  public void mountMemory(Path folder, String options) throws IOException {
    Optional<Path> own = namespace("self");
    Optional<Path> first = namespace("1");
    if (own.isPresent() && first.isPresent() && !own.equals(first)) {
      throw new FlintException(
          ErrorCode.POLICY,
          "no memory can be mounted, as this agent has mounts of its own, which containers would"
              + " not see",
          "take PrivateTmp=, ProtectSystem= and the like out of the agent's unit");
    }
    run(List.of("mount", "-t", "tmpfs", "-o", options, OURS, folder.toString()));
    if (!isMounted(folder)) {
      throw new FlintException(ErrorCode.LOCAL_IO, "mount of memory did nothing: " + folder);
    }
  }

  /** Empty if it may not be known. */
  private Optional<Path> namespace(String process) {
    try {
      return Optional.of(Files.readSymbolicLink(proc.resolve(process).resolve("ns/mnt")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void unmount(Path folder) throws IOException {
    // Lazily, as others may look into it: whoever ends a pod does not wait for them.
    run(List.of("umount", "-l", folder.toString()));
  }

  private static void run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      byte[] said = process.getInputStream().readNBytes(MAX_SAID);
      int exit = process.waitFor();
      if (exit != 0) {
        String text = new String(said, StandardCharsets.UTF_8).strip();
        String line = text.isEmpty() ? "it ended with " + exit : text.split("\n", -1)[0];
        throw new FlintException(
            ErrorCode.LOCAL_IO,
            command.get(0) + " of memory failed: " + Printable.of(line),
            "run the agent as root");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while memory was mounted");
    } finally {
      process.destroy();
    }
  }
}
