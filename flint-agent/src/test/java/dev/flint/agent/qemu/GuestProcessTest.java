package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Peers;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class GuestProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A shell with an argument that no other process has. */
  private static Process shell(String script, String argument) throws IOException {
    return new ProcessBuilder("sh", "-c", script, "sh", argument).start();
  }

  @Test
  void aProcessIsKnownByAWholeArgument() throws Exception {
    String argument = "mark-" + System.nanoTime();
    Mark mark = Mark.of(argument);
    Process shell = shell("read x; exit", argument);
    try {
      GuestProcess found = GuestProcess.of(shell.pid(), mark);
      assertNotNull(found);
      assertEquals(List.of(found), GuestProcess.all(mark));
      assertNull(GuestProcess.of(shell.pid(), Mark.of(argument.substring(0, 6))));
      assertTrue(found.isAlive());
      assertTrue(found.memoryBytes() > 0);
      GuestProcess later = new GuestProcess(found.pid(), found.started() + 1);
      assertFalse(later.isAlive(), "a later process of the same id is another");
      later.kill();
      assertTrue(found.isAlive());
      found.kill();
      assertTrue(found.awaitEnd(LIMIT));
      assertEquals(0, found.cpuNanos());
    } finally {
      shell.destroyForcibly();
    }
  }

  @Test
  void aZombieHasEnded() throws Exception {
    // What the outer shell becomes never asks for the end of the inner one; the shell itself might.
    Process outer = shell("sleep 601 & echo $!; exec sleep 602", "");
    try {
      long inner = Long.parseLong(outer.inputReader().readLine());
      GuestProcess found = awaited(inner, "601");
      awaited(outer.pid(), "602");
      found.kill();
      assertTrue(found.awaitEnd(LIMIT));
      assertNull(GuestProcess.of(inner, Mark.of("601")));
      assertTrue(Files.exists(Path.of("/proc", Long.toString(inner))), "it is a zombie");
    } finally {
      outer.destroyForcibly();
    }
  }

  /** A container may show what it likes, and its id there may be one of ours. */
  @Test
  void aProcessOfAContainerIsNone() throws Exception {
    Peers.require("unshare");
    String argument = "mark-" + System.nanoTime();
    String script = "echo up; read mark; exec sh -c 'echo on; read x; exit' sh \"$mark\"";
    Process outer =
        new ProcessBuilder("unshare", "--user", "--pid", "--fork", "sh", "-c", script).start();
    try (BufferedReader out = outer.inputReader();
        BufferedWriter in = outer.outputWriter()) {
      Assumptions.assumeTrue("up".equals(out.readLine()), "nobody gets a namespace here");
      in.write(argument + "\n");
      in.flush();
      assertEquals("on", out.readLine());
      long inner = outer.children().findFirst().orElseThrow().pid();
      String shown = Files.readString(Path.of("/proc", Long.toString(inner), "cmdline"));
      assertTrue(shown.endsWith("\0" + argument + "\0"), shown);
      assertNull(GuestProcess.of(inner, Mark.of(argument)));
      assertEquals(List.of(), GuestProcess.all(Mark.of(argument)));
    } finally {
      // The end of its input is the inner one's too.
      assertTrue(outer.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
      outer.destroyForcibly();
    }
  }

  /** Whoever is out of descriptors cannot say that it has ended, and would start it once more. */
  @Test
  void whatCannotBeLookedAtHasNotEnded() throws Exception {
    Process inner =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 200; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                NoDescriptors.class.getName())
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(inner.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(said.contains("alive true, search fails, look fails"), said);
    } finally {
      inner.destroyForcibly();
    }
  }

  /** A process once it is the program that has an argument. */
  private static GuestProcess awaited(long pid, String argument) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    GuestProcess found = GuestProcess.of(pid, Mark.of(argument));
    while (found == null && System.nanoTime() < deadline) {
      Thread.onSpinWait();
      found = GuestProcess.of(pid, Mark.of(argument));
    }
    assertNotNull(found, "a process with " + argument);
    return found;
  }
}
