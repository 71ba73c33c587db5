package dev.flint.agent.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this host has for guests.
 *
 * @param program the QEMU for x86-64
 * @param sessionProgram util-linux's {@code setsid}, which keeps a guest from the signals of the
 *     terminal that the agent was started from; null where it is not there
 * @param shareDaemon a {@code virtiofsd} of either kind, null where there is none
 * @param networkProgram iproute2's {@code ip}, null where it is not there
 * @param acceleration as configured
 * @param user the account that QEMU changes to once all its files are open; empty to stay
 * @param cache a folder that outlives the agent, for the verdict on KVM
 */
public record QemuSettings(
    Path program,
    @Nullable Path sessionProgram,
    @Nullable Path shareDaemon,
    @Nullable Path networkProgram,
    Acceleration acceleration,
    String user,
    Path cache) {
  /** The account that is taken if the agent is root and there is one of this name. */
  private static final String USUAL_USER = "flint";

  private static final String PROGRAM = "qemu-system-x86_64";
  private static final List<String> DAEMON_FOLDERS = List.of("/usr/libexec", "/usr/lib/qemu");

  /**
   * Looks for the programs on the search path of an environment.
   *
   * @return empty if there is no QEMU
   */
  public static Optional<QemuSettings> find(
      Map<String, String> env, Acceleration acceleration, Path cache) throws IOException {
    String path = env.getOrDefault("PATH", "");
    Path program = search(path, PROGRAM);
    if (program == null) {
      return Optional.empty();
    }
    // Debian's daemons of both kinds lie outside the search path.
    Path daemon = search(path + ":" + String.join(":", DAEMON_FOLDERS), "virtiofsd");
    boolean dropsRights = isRoot() && hasAccount(Path.of("/etc/passwd"), USUAL_USER);
    return Optional.of(
        new QemuSettings(
            program,
            search(path, "setsid"),
            daemon,
            search(path + ":/usr/sbin:/sbin", "ip"),
            acceleration,
            dropsRights ? USUAL_USER : "",
            cache));
  }

  /** What a program is started with to get a session of its own. */
  List<String> session() {
    return sessionProgram == null ? List.of() : List.of(sessionProgram.toString());
  }

  private static @Nullable Path search(String path, String name) {
    for (String folder : path.split(":", -1)) {
      if (folder.startsWith("/") && Files.isExecutable(Path.of(folder, name))) {
        return Path.of(folder, name);
      }
    }
    return null;
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private static boolean hasAccount(Path accounts, String name) throws IOException {
    if (!Files.isReadable(accounts)) {
      return false;
    }
    for (String line : Files.readAllLines(accounts, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(name + ":")) {
        return true;
      }
    }
    return false;
  }
}
