package dev.flint.agent.cni;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.foreign.ForeignLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A file that a network namespace is mounted on, which keeps it when its last process has ended:
 * plugins find out there what they have to undo (network_namespaces(7)).
 */
final class NamespacePin {
  private static final Path OWN = Path.of("/proc/self/ns/net");
  private static final long MS_BIND = 4096;
  private static final int MNT_DETACH = 2;

  private NamespacePin() {}

  /**
   * Keeps the namespace of a process.
   *
   * @throws FlintException POLICY for the host's own, where plugins must not work: the process may
   *     have ended, and its number be another's
   */
  static void make(Path pin, long pid) throws IOException {
    remove(pin);
    Files.createDirectories(pin.getParent());
    Files.createFile(pin);
    String source = "/proc/" + pid + "/ns/net";
    // Type and options mean nothing here.
    call("mount", source, pin.toString(), "", MS_BIND, "");
    if (Files.isSameFile(pin, OWN)) {
      remove(pin);
      throw new FlintException(ErrorCode.POLICY, "process " + pid + " is on the host's network");
    }
  }

  /** Whether there is one; not so after the host was restarted. */
  static boolean isThere(Path pin) throws IOException {
    return Files.exists(pin, LinkOption.NOFOLLOW_LINKS)
        && !Files.getAttribute(pin, "unix:dev")
            .equals(Files.getAttribute(pin.getParent(), "unix:dev"));
  }

  /** Lets go of the namespace, if it is kept. */
  static void remove(Path pin) throws IOException {
    if (isThere(pin)) {
      call("umount2", pin.toString(), MNT_DETACH);
    }
    Files.deleteIfExists(pin);
  }

  private static void call(String name, Object... arguments) throws IOException {
    Function function =
        ForeignLibrary.bindProcess(libc -> libc.getFunction(name, Function.THROW_LAST_ERROR))
            .orElseThrow(
                () ->
                    new FlintException(ErrorCode.UNSUPPORTED, "networks of CNI need 64-bit Linux"));
    try {
      function.invokeInt(arguments);
    } catch (LastErrorException e) {
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          name + " of a network namespace failed: " + e.getMessage(),
          "run the agent as root",
          e);
    }
  }
}
