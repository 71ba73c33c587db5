package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.agent.backend.Run;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Further programs in a container. */
class ContainerExecIT extends BackendCase {
  /** The common pool of a JDK 25 with two processors has one thread, and both readers wait. */
  private static final Executor OWN_THREAD = work -> new Thread(work, "reader").start();

  /** U33: exec. */
  @Test
  void runsAFurtherProgramInIt() throws Exception {
    ContainerRun run = (ContainerRun) sh("echo ready; sleep 100");
    awaitOut("ready");
    List<String> script = List.of("sh", "-c", "cat; echo $OWN >&2; exit 7");
    try (ExecPipes pipes = ExecPipes.create(folder.sockets(), false)) {
      CompletableFuture<String> out =
          CompletableFuture.supplyAsync(() -> text(pipes::openOut), OWN_THREAD);
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(() -> text(pipes::openErr), OWN_THREAD);
      try (ContainerExec exec = run.exec(script, Map.of("OWN", "mine"), pipes.streams())) {
        try (OutputStream in = pipes.openIn()) {
          in.write("typed".getBytes(StandardCharsets.UTF_8));
        }
        exec.closeStdin();
        assertEquals(Optional.of(7), exec.await(Duration.ofSeconds(60)));
        assertEquals("typed", out.get(60, TimeUnit.SECONDS));
        assertEquals("mine\n", err.get(60, TimeUnit.SECONDS));
      }
    }
    assertFalse(run.ended().isDone());
  }

  @Test
  void aFurtherProgramIsEndedWithoutItsContainer() throws Exception {
    ContainerRun run = (ContainerRun) sh("echo ready; sleep 100");
    awaitOut("ready");
    try (ContainerExec exec = run.exec(List.of("sleep", "100"), Map.of(), ExecStreams.NONE)) {
      assertEquals(Optional.empty(), exec.await(Duration.ofMillis(1)));
      exec.signal(Signals.KILL);
      assertEquals(Optional.of(137), exec.await(Duration.ofSeconds(60)));
    }
    FlintException e =
        assertThrows(
            FlintException.class, () -> run.exec(List.of("/nothing"), Map.of(), ExecStreams.NONE));
    assertEquals(ErrorCode.NOT_FOUND, e.code());
    assertFalse(run.ended().isDone());
  }

  /** Which no other test has. */
  private String startSleep(ContainerRun run, List<ContainerExec> started) throws Exception {
    String seconds = Long.toString(2_000_000 + System.nanoTime() % 1_000_000_000);
    started.add(run.exec(List.of("sleep", seconds), Map.of(), ExecStreams.NONE));
    Containerd.await("it runs", () -> runs(seconds));
    return seconds;
  }

  private static boolean runs(String argument) {
    return ProcessHandle.allProcesses()
        .anyMatch(one -> List.of(one.info().arguments().orElse(new String[0])).contains(argument));
  }

  @Test
  void aFurtherProgramIsEndedThoughContainerdWasAway() throws Exception {
    ContainerRun run = (ContainerRun) sh("echo ready; sleep 100");
    awaitOut("ready");
    List<ContainerExec> execs = new ArrayList<>();
    String first = startSleep(run, execs);
    String second = startSleep(run, execs);
    containerd.kill();
    try {
      assertEquals(Optional.empty(), execs.get(0).await(Duration.ofMillis(10)), "it runs on");
      Thread.currentThread().interrupt();
      assertThrows(IOException.class, execs.get(1)::close);
    } finally {
      Thread.interrupted();
      containerd.restart();
    }
    Containerd.await("what was given up ends", () -> !runs(second));
    containerd.kill();
    CompletableFuture<Void> closed =
        CompletableFuture.runAsync(
            () -> {
              try {
                execs.get(0).close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            OWN_THREAD);
    containerd.restart();
    closed.get(60, TimeUnit.SECONDS);
    assertFalse(runs(first));
    assertFalse(run.ended().isDone());
  }

  @Test
  void whatAnEarlierAgentRanInItIsEnded() throws Exception {
    ContainerRun run = (ContainerRun) sh("echo ready; sleep 100");
    awaitOut("ready");
    String left = startSleep(run, new ArrayList<>());
    try (ContainerdBackend next = new ContainerdBackend(containerd.socket(), state, Map.of())) {
      Run adopted = next.adopt(plan, folder).orElseThrow();
      assertFalse(runs(left));
      assertFalse(adopted.ended().isDone());
      adopted.close();
    }
  }

  private interface Opening {
    InputStream open() throws IOException;
  }

  private static String text(Opening opening) {
    try (InputStream in = opening.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
