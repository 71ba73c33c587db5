package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent is killed while what it starts is under way and shows nobody that it is there. A pod
 * that must not be started twice runs all the same, and once.
 */
@Timeout(180)
class AgentUnderWayIT {
  @TempDir static Path folder;
  private static Path programs;
  private static AgentDevice device;

  @BeforeAll
  static void device() throws IOException {
    programs = Files.createDirectory(folder.resolve("programs"));
    // Once each; what is started next goes on at once.
    script(
        "runc",
        """
        case " $* " in
        *" create "*)
          if rm %1$s/broken 2> /dev/null; then
            echo "what another start is giving up took this" >&2
            exit 1
          fi ;;&
        *" create "* | *" delete "*)
          if rm %1$s/slow 2> /dev/null; then
            touch %1$s/hides
            until [ -e %1$s/go ]; do sleep 0.05; done
          fi ;;
        esac
        exec %2$s "$@"
        """,
        Peers.require("runc"));
    script(
        "setsid",
        """
        if rm %1$s/slow 2> /dev/null; then
          printf '%%s\\0' "$@" > %1$s/words
          exec bash %1$s/programs/hidden
        fi
        exec %2$s "$@"
        """,
        Peers.require("setsid"));
    script(
        "hidden",
        """
        touch %1$s/hides
        until [ -e %1$s/go ]; do sleep 0.05; done
        mapfile -d '' words < %1$s/words
        exec "${words[@]}"
        """,
        programs);
    device = AgentDevice.make(folder, programs + ":" + System.getenv("PATH"));
    device.startAgent();
  }

  private static void script(String name, String text, Path real) throws IOException {
    Path file = programs.resolve(name);
    Files.writeString(file, "#!/bin/bash\n" + text.formatted(folder, real));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @AfterAll
  static void close() throws IOException {
    if (device != null) {
      device.close();
    }
  }

  @BeforeEach
  void delayWhatComesNext() throws IOException {
    Files.deleteIfExists(folder.resolve("go"));
    Files.deleteIfExists(folder.resolve("hides"));
    Files.writeString(folder.resolve("slow"), "");
  }

  @AfterEach
  void go() throws IOException {
    Files.writeString(folder.resolve("go"), "");
  }

  private static void killAsItStarts(String container) throws IOException {
    device.write("p.yaml", AgentPods.pod("p", "Never", container));
    device.await("a start is under way", () -> Files.exists(folder.resolve("hides")));
    device.killAgent();
    device.startAgent();
  }

  private static void awaitOne() throws IOException {
    device.await("it has printed", () -> device.log("p", "c").toString().contains("one"));
    device.await("it runs", () -> AgentDevice.says(device.pod("p"), "phase", "Running"));
    assertEquals(0, device.container("p", "c").integer("restarts").orElse(-1));
    // The shim of one that has ended may end a little later.
    device.await("only one runs", () -> running().equals(List.of("default_p_c")));
    device.delete("p.yaml");
    device.awaitNothingLeft();
  }

  private static List<String> running() throws IOException {
    List<String> all = device.processes().guestIds();
    all.addAll(device.containerd().tasks());
    return all;
  }

  @Test
  void aGuestThatWasUnderWayRunsOnce() throws IOException {
    killAsItStarts(AgentPods.guest("c", device.guest(), "--sleep", "one"));
    device.await("it runs", () -> device.processes().guestIds().size() == 1);
    go();
    device.await("the first has ended", () -> !underWay());
    awaitOne();
  }

  private static boolean underWay() {
    String hidden = programs.resolve("hidden").toString();
    return ProcessHandle.allProcesses()
        .anyMatch(one -> one.info().commandLine().orElse("").contains(hidden));
  }

  /** Containerd does not list what its shim is still making. */
  @Test
  void aContainerThatWasUnderWayRunsOnce() throws IOException {
    killAsItStarts(box("one"));
    go();
    awaitOne();
  }

  /** The same where what is under way takes longer than the agent's successor to come. */
  @Test
  void aContainerThatIsStillUnderWayIsNotInTheWay() throws IOException {
    killAsItStarts(box("one"));
    awaitOne();
  }

  /** Containerd does not list a task any more that it was deleting, and keeps its name. */
  @Test
  void aContainerWhoseDeletionWasUnderWayIsNotInTheWay() throws IOException {
    Files.delete(folder.resolve("slow"));
    device.write("p.yaml", AgentPods.pod("p", "Never", box("zero")));
    device.await("it runs", () -> device.log("p", "c").toString().contains("zero"));
    delayWhatComesNext();
    killAsItStarts(box("one"));
    go();
    awaitOne();
  }

  /** Containerd deletes twice what it gives up, and what was begun between the two breaks. */
  @Test
  void aContainerThatBreaksAsItIsMadeIsMadeAgain() throws IOException {
    Files.delete(folder.resolve("slow"));
    Files.writeString(folder.resolve("broken"), "");
    device.write("p.yaml", AgentPods.pod("p", "Never", box("one")));
    awaitOne();
    assertFalse(Files.exists(folder.resolve("broken")));
  }

  private static String box(String word) {
    return AgentPods.box("c", device.box(), "echo " + word + "; " + AgentPods.SLEEP);
  }
}
