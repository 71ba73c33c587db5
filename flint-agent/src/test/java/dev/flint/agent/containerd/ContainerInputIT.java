package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.Interaction;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Standard input and terminal of a container's own program. */
class ContainerInputIT extends BackendCase {
  private static final Executor OWN_THREAD = work -> new Thread(work, "types").start();
  private static final Interaction INPUT = new Interaction(true, false, false);
  private static final Interaction TERMINAL = new Interaction(true, true, true);

  private ContainerRun start(Interaction interaction, String script) throws IOException {
    Extras extras = new Extras(List.of(), "", false, "", interaction);
    return (ContainerRun) start(TestSpecs.args("-c", script).withExtras(extras));
  }

  private static void type(OutputStream in, String text) throws IOException {
    in.write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void takesInputOfOneAfterTheOtherUntilItsEnd() throws Exception {
    ContainerRun run = start(INPUT, "while read x; do echo \"[$x]\"; done; echo over; exit 5");
    try (OutputStream in = run.openStdin()) {
      type(in, "a\n");
    }
    awaitOut("[a]\n");
    ContainerRun next = (ContainerRun) backend.adopt(plan, folder).orElseThrow();
    try (OutputStream in = next.openStdin()) {
      type(in, "b\n");
    }
    awaitOut("[b]\n");
    assertFalse(run.ended().isDone(), "who goes is not its end");
    next.closeStdin();
    assertEquals(5, end(next).code());
    assertEquals("[a]\n[b]\nover\n", out());
    run.closeStdin();
  }

  /** Containerd knows both by the name of their instance. */
  @Test
  void whatIsDoneLateIsNotDoneToTheNext() throws Exception {
    ContainerRun first = start(INPUT, "read x; exit 4");
    try (OutputStream in = first.openStdin()) {
      type(in, "a\n");
    }
    assertEquals(4, end(first).code());
    first.close();
    backend.clean(plan, folder);
    ContainerRun next = start(INPUT, "echo up; read x; echo \"[$x]\"; exit 5");
    awaitOut("up");
    first.closeStdin();
    assertThrows(FlintException.class, first::openStdin);
    try (OutputStream in = next.openStdin()) {
      type(in, "b\n");
    }
    assertEquals(5, end(next).code());
    // The shim may still be writing as it tells of the end.
    awaitOut("[b]\n");
  }

  @Test
  void hasATerminal() throws Exception {
    ContainerRun run =
        start(
            TERMINAL,
            "tty; echo $TERM >&2; read x; until [ \"$(stty size)\" = '33 111' ]; do sleep 0.1;"
                + " done; echo \"[$x]\"; exit 3");
    awaitOut("xterm");
    run.resize(111, 33);
    try (OutputStream in = run.openStdin()) {
      type(in, "typed\n");
    }
    assertEquals(3, end(run).code());
    assertTrue(out().startsWith("/dev/"), out());
    assertTrue(out().contains("\r\nxterm\r\n"), out());
    assertTrue(out().contains("typed\r\n[typed]\r\n"), out());
    assertFalse(Files.exists(folder.rawErr()));
  }

  /** A terminal's output is written from the start of a file on, of which the start may be gone. */
  @Test
  void writesMuchToATerminalThatNobodyReads() throws Exception {
    ContainerRun run =
        start(TERMINAL, "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done");
    assertEquals(0, end(run).code());
    assertTrue(out().endsWith("\r\nline 19999\r\n"));
    assertEquals(20000, out().lines().count());
  }

  @Test
  void hasNoInputUnlessItIsAskedFor() throws Exception {
    ContainerRun run = (ContainerRun) sh("cat; echo over; sleep 100");
    awaitOut("over");
    assertThrows(FlintException.class, run::openStdin);
    assertFalse(Files.exists(ContainerFiles.stdin(folder.run())));
  }

  /** Nobody has to wait for a program that reads nothing, nor for one that has ended. */
  @Test
  void whoTypesIsLetGo() throws Exception {
    ContainerRun run = start(INPUT, "echo ready; read x; exec sleep 100");
    awaitOut("ready");
    byte[] much = new byte[1 << 20];
    OutputStream in = run.openStdin();
    CompletableFuture<Boolean> typing =
        CompletableFuture.supplyAsync(() -> isTaken(in, much), OWN_THREAD);
    Thread.sleep(300);
    assertFalse(typing.isDone());
    run.kill();
    assertEquals(Exit.Reason.ERROR, end(run).reason());
    in.close();
    assertFalse(typing.get(60, TimeUnit.SECONDS));
    // Nor for one to open it, as there is no reader any more.
    run.openStdin().close();
  }

  private static boolean isTaken(OutputStream in, byte[] bytes) {
    try {
      in.write(bytes);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aFurtherProgramKnowsItsTerminal() throws Exception {
    ContainerRun run = (ContainerRun) sh("echo ready; sleep 100");
    awaitOut("ready");
    List<String> script = List.of("sh", "-c", "echo $TERM");
    try (ExecPipes pipes = ExecPipes.create(folder.sockets(), true)) {
      CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> all(pipes), OWN_THREAD);
      try (ContainerExec exec = run.exec(script, Map.of(), pipes.streams())) {
        assertEquals("xterm\r\n", out.get(60, TimeUnit.SECONDS));
      }
    }
  }

  private static String all(ExecPipes pipes) {
    try (InputStream out = pipes.openOut()) {
      return new String(out.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
