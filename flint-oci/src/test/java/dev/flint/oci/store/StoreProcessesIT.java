package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.ChildJvm;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes at one layout; each is a JVM of its own. */
@Timeout(120)
final class StoreProcessesIT {
  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endWhatWasStarted() {
    started.forEach(Process::destroyForcibly);
  }

  /** Starts a process and waits until it stands where it waits for the test. */
  private Process start(Object... words) throws IOException {
    Process process = ChildJvm.start("64m", StoreProcess.class, words);
    started.add(process);
    byte[] line = process.getInputStream().readNBytes(6);
    assertEquals("ready\n", new String(line, java.nio.charset.StandardCharsets.US_ASCII));
    return process;
  }

  private static void letGo(Process process) throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  private static void expectEnd(Process process) throws InterruptedException {
    assertEquals(0, process.waitFor());
  }

  private Set<Path> sessions() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(".flint/ingest"))) {
      return new TreeSet<>(files.toList());
    }
  }

  @Test
  void leftoversOfADeadProcessAreSweptAndThoseOfALiveOneAreNot() throws Exception {
    Process live = start("ingest", folder);
    Set<Path> liveSessions = sessions();
    assertEquals(1, liveSessions.size());
    Process dead = start("ingest", folder);
    assertEquals(2, sessions().size());
    dead.destroyForcibly().waitFor();
    assertEquals(2, sessions().size(), "a killed process cleans up nothing");

    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      layout.put(new byte[] {1});
      Set<Path> left = sessions();
      assertTrue(left.containsAll(liveSessions), "the live process keeps its own");
      assertEquals(2, left.size(), "the live one and this one: " + left);
    }
    letGo(live);
    expectEnd(live);
    assertEquals(Set.of(), sessions());
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Blob blob = layout.find(Digest.sha256(StoreProcess.BLOB)).orElseThrow();
      assertArrayEquals(StoreProcess.BLOB, Files.readAllBytes(blob.file()));
    }
  }

  @Test
  void processesThatChangeTheIndexAtOnceLoseNothing() throws Exception {
    int count = 40;
    List<Process> processes = new ArrayList<>();
    Set<String> expected = new TreeSet<>();
    for (String prefix : List.of("a", "b", "c")) {
      processes.add(start("tag", folder, prefix, count));
      for (int i = 0; i < count; i++) {
        expected.add(prefix + i);
      }
    }
    for (Process process : processes) {
      letGo(process);
    }
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      for (int i = 0; i < count; i++) {
        layout.tag("mine" + i, StoreProcess.descriptor());
        expected.add("mine" + i);
      }
      for (Process process : processes) {
        expectEnd(process);
      }
      assertEquals(expected, new TreeSet<>(layout.index().names()));
    }
  }

  @Test
  void nothingIsCollectedWhileAnotherProcessUsesTheLayout() throws Exception {
    Process user = start("use", folder);
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      GarbageCollector collector = new GarbageCollector(layout);
      assertEquals(Optional.empty(), collector.collect(List.of()));
      try (OciLayout.Use use = layout.use()) {
        letGo(user);
        expectEnd(user);
      }
      assertEquals(Optional.of(0L), collector.collect(List.of()));
    }
  }

  @Test
  void whoComesWhileSomebodyWaitsToOwnTheLayoutDoesNotGoFirst() throws Exception {
    Path file = folder.resolve(".flint/use.lock");
    Path turn = folder.resolve(".flint/use.lock.turn");
    Path cameIn = folder.resolve("came-in");
    Process holder = start("use", folder);
    Process later = start("share", folder, file, cameIn);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Boolean> wasFirst =
          thread.submit(
              () -> {
                StoreLock lock = new StoreLock(file, StoreProcess.LONG, StoreProcess.LONG);
                try (StoreLock.Hold hold = lock.own()) {
                  return !Files.exists(cameIn);
                }
              });
      seeClosed(turn);
      letGo(later);
      // A start of Java twice: time enough to come in, did nothing keep it out.
      seeClosed(turn);
      seeClosed(turn);
      letGo(holder);
      assertTrue(wasFirst.get());
      expectEnd(later);
      assertTrue(Files.exists(cameIn));
    } finally {
      thread.shutdown();
    }
  }

  private void seeClosed(Path turn) throws Exception {
    Process seer = start("see-turnstile-closed", folder, turn);
    letGo(seer);
    expectEnd(seer);
  }

  @Test
  void newUsersComeInBesideALongOneThoughSomebodyWaitsToOwnTheLayout() throws Exception {
    Process longUser = start("use", folder);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Future<?> owner =
          thread.submit(
              () -> {
                layout.useLock().own().close();
                return null;
              });
      for (int i = 0; i < 3; i++) {
        Process user = start("use", folder);
        assertFalse(owner.isDone());
        letGo(user);
        expectEnd(user);
      }
      letGo(longUser);
      expectEnd(longUser);
      owner.get();
    } finally {
      thread.shutdown();
    }
  }

  @Test
  void aProcessThatWasStoppedKeepsNobodyOut() throws Exception {
    Path file = folder.resolve(".flint/use.lock.turn");
    Process holder = start("close-turnstile", folder, file);
    Process user = start("use", folder);
    letGo(user);
    expectEnd(user);
    letGo(holder);
    expectEnd(holder);
  }

  /** E23. */
  @Test
  void theLockOfALiveProcessIsWaitedForAndThenNamed() throws Exception {
    Process holder = start("lock-index", folder);
    Path file = folder.resolve(".flint/index.lock");
    FlintException e =
        Failures.expect(ErrorCode.LOCAL_IO, () -> new StoreLock(file, Duration.ofMillis(50)).own());
    assertTrue(String.valueOf(e.getMessage()).contains(file.toString()), e::getMessage);
    StoreLock patient = new StoreLock(file, Duration.ofMinutes(1));
    letGo(holder);
    patient.own().close();
    expectEnd(holder);
  }

  /** E23. */
  @Test
  void theLockOfADeadProcessIsFree() throws Exception {
    Process holder = start("lock-index", folder);
    holder.destroyForcibly().waitFor();
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      layout.tag("x", StoreProcess.descriptor());
      assertEquals(List.of("x"), layout.index().names());
    }
  }
}
