package dev.flint.agent.qemu;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.Run;
import dev.flint.agent.backend.Usage;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A guest that runs, or ran. One thread listens to its QEMU and sees its end. */
final class QemuRun implements Run {
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final Duration END = Duration.ofSeconds(5);

  /** What the listening thread needs; the usual would be a MiB for each guest. */
  private static final long STACK = 128 << 10;

  private static final int FIRST_PAUSE_MILLIS = 4;
  private static final int LONGEST_PAUSE_MILLIS = 1000;

  private final QemuPlan plan;
  private final RunRecord record;
  private final GuestProcess process;
  private final KvmProbe kvm;
  private final CompletableFuture<Exit> ended = new CompletableFuture<>();
  private final CompletableFuture<Boolean> started = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean killed;
  private volatile @Nullable Qmp qmp;
  private volatile String reason = "";
  private volatile String failure = "";

  /** Of the listening thread. */
  private boolean heard;

  private QemuRun(QemuPlan plan, RunRecord record, GuestProcess process, KvmProbe kvm) {
    this.plan = plan;
    this.record = record;
    this.process = process;
    this.kvm = kvm;
  }

  /** A run whose QEMU is there, whether anybody can talk to it yet or not. */
  static QemuRun of(QemuPlan plan, RunRecord record, GuestProcess process, KvmProbe kvm) {
    QemuRun run = new QemuRun(plan, record, process, kvm);
    Thread thread = new Thread(null, run::watch, "guest " + process.pid(), STACK);
    thread.setDaemon(true);
    thread.start();
    return run;
  }

  /**
   * A run that has ended while nobody listened.
   *
   * @param reason as of the event that nobody heard, or empty if nobody knows
   */
  static QemuRun over(QemuPlan plan, RunRecord record, KvmProbe kvm, String reason) {
    QemuRun run = new QemuRun(plan, record, new GuestProcess(0, 0), kvm);
    run.ended.complete(new GuestEnd(reason, "", false).exit(plan, record));
    return run;
  }

  /**
   * Waits until QEMU has made the machine.
   *
   * @return whether it did; if not, it has ended
   */
  boolean awaitStart(Duration limit) throws IOException {
    try {
      return started.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted as a guest was started", e);
    } catch (Exception e) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, "QEMU did not answer in " + limit.toSeconds() + " s", e);
    }
  }

  private void watch() {
    int pause = FIRST_PAUSE_MILLIS;
    try {
      do {
        pause = look() ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      } while (!ended.isDone() && !closed.await(pause, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Listens if it lives, and tells its end if not; returns whether it was heard. Nobody else looks,
   * so whatever fails here, even for want of memory, is tried again.
   */
  private boolean look() {
    try {
      boolean alive = process.isAlive();
      if (alive && listen()) {
        heard = true;
        return true;
      }
      if (!alive) {
        started.complete(heard);
        ended.complete(exit());
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      // It is looked at again after the pause.
    }
    return false;
  }

  private Exit exit() {
    try {
      String why = reason.isEmpty() && killed ? GuestEnd.QUIT : reason;
      return new GuestEnd(why, failure, heard).exit(plan, record);
    } catch (RuntimeException e) {
      return new Exit(255, Exit.Reason.LOST, "nobody can tell how it ended: " + e);
    }
  }

  /**
   * Listens until the connection ends; returns whether there was one. Who answers may be another
   * QEMU with the same files, which a killed agent has started and which came first.
   */
  private boolean listen() {
    boolean greeted = false;
    try (Qmp connection = Qmp.connect(plan.control(), this::event)) {
      connection.greet();
      // QEMU opens the socket only after it has locked and written the file with its id.
      if (GuestProcess.written(plan.pidFile()) != process.pid()) {
        return false;
      }
      greeted = true;
      qmp = connection;
      started.complete(true);
      // It may have stopped while nobody listened.
      askForState(connection);
      connection.readEvents();
    } catch (IOException e) {
      // It is not there yet, or gone; which one the process tells.
    } finally {
      qmp = null;
    }
    return greeted;
  }

  private void event(String name, JsonObject data) throws IOException {
    Qmp connection = qmp;
    if (name.equals("SHUTDOWN")) {
      reason = data.string("reason").orElse("guest-shutdown");
    } else if (name.equals("BLOCK_IO_ERROR")) {
      if (data.string("action").orElse("").equals("stop")) {
        failure = "the host could not store or read the guest's disk";
      }
    } else if (name.equals("STOP") && connection != null) {
      askForState(connection);
    }
  }

  private void askForState(Qmp connection) throws IOException {
    CompletableFuture<Void> unused =
        connection.ask("query-status").thenAccept(line -> state(connection, line));
  }

  /** A guest in a state that nothing brings it out of is ended. Others people may want. */
  private void state(Qmp connection, JsonObject line) {
    try {
      String state = line.object("return").orElse(line).string("status").orElse("");
      if (state.equals("internal-error") || state.equals("guest-panicked")) {
        failure = "guest cannot go on: " + state;
      }
      boolean stuck = state.equals("io-error") || !failure.isEmpty();
      if (stuck && !state.equals("running")) {
        failure = failure.isEmpty() ? "guest cannot go on: " + state : failure;
        connection.tell("quit");
      }
      if (state.equals("internal-error")) {
        // Last: what keeps that from being written must not keep the guest.
        kvm.refute("a guest ended with an internal error");
      }
    } catch (IOException e) {
      // Then the connection has ended, or what came is none of QEMU's answers.
    }
  }

  @Override
  public CompletableFuture<Exit> ended() {
    return ended;
  }

  @Override
  public void stop() throws IOException {
    if (qmp == null) {
      // It may have been adopted just now, and nobody has connected yet.
      awaitStart(ANSWER);
    }
    Qmp connection = qmp;
    if (connection == null) {
      throw new FlintException(ErrorCode.LOCAL_IO, "QEMU cannot be asked: no connection");
    }
    connection.execute("system_powerdown", ANSWER);
  }

  @Override
  public void kill() throws IOException {
    // It may go before its last event has been heard.
    killed = true;
    Qmp connection = qmp;
    if (connection != null) {
      try {
        connection.execute("quit", ANSWER);
      } catch (IOException e) {
        // It may go before it answers, and if it does not it is killed.
      }
    }
    if (!process.awaitEnd(connection == null ? Duration.ZERO : ANSWER)) {
      process.kill();
      if (!process.awaitEnd(END)) {
        throw new FlintException(ErrorCode.LOCAL_IO, "QEMU " + process.pid() + " does not end");
      }
    }
  }

  @Override
  public Usage usage() throws IOException {
    long cpu = process.cpuNanos();
    long memory = process.memoryBytes();
    for (QemuPlan.Share share : plan.shares()) {
      for (GuestProcess daemon : ShareProcess.of(share)) {
        cpu += daemon.cpuNanos();
        memory += daemon.memoryBytes();
      }
    }
    // QEMU counts no bytes of its networks.
    return new Usage(cpu, memory, -1, -1);
  }

  @Override
  public String note() {
    return record.note();
  }

  @Override
  public String address() {
    return plan.address();
  }

  @Override
  public void close() {
    closed.countDown();
    Qmp connection = qmp;
    if (connection != null) {
      try {
        connection.close();
      } catch (IOException e) {
        // It is a socket; there is nothing to lose.
      }
    }
  }
}
