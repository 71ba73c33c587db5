package dev.flint.agent.qemu;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.Engine;
import dev.flint.agent.backend.Finding;
import dev.flint.agent.backend.HostPorts;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.PublishedPorts;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs disks as guests of QEMU: OSv, and whatever else a BIOS boots. QEMU is no part of the agent's
 * session and writes the console itself, so that guests outlive agents.
 */
public final class QemuBackend implements Backend {
  /** Its name in image configs. */
  public static final String NAME = "osv";

  /** How images call it whose disks a BIOS starts and nothing is written to. */
  public static final String ANY_DISK = "raw-vm";

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration END = Duration.ofSeconds(5);

  private final QemuSettings settings;
  private final QemuPlanner planner;
  private final KvmProbe kvm;
  private final PublishedPorts published;
  private final QemuVersion version;

  /** The only backend of its process; else as the other. */
  public QemuBackend(QemuSettings settings) {
    this(settings, new PublishedPorts());
  }

  /**
   * A backend that starts nothing before it is asked to.
   *
   * @param published what containers have; all backends of the agent have the same
   */
  public QemuBackend(QemuSettings settings, PublishedPorts published) {
    this.settings = settings;
    this.published = published;
    this.planner = new QemuPlanner(settings);
    this.kvm = new KvmProbe(settings);
    this.version = new QemuVersion(settings.program());
  }

  @Override
  public String name() {
    return NAME;
  }

  /** {@inheritDoc} The first time, a probe guest may run. */
  @Override
  public Engine engine() throws IOException {
    String number = version.read();
    return new Engine("qemu", number, kvm.choose(settings.acceleration()).acceleration().id());
  }

  @Override
  public List<Finding> preflight(InstanceSpec spec, ImageConfig image) throws IOException {
    return new Preflight(settings, kvm, HostFacts.read(settings.cache())).check(spec, image);
  }

  /** OSv with {@code --verbose} says each variable it sets. */
  @Override
  public String tellingLines() {
    return "Setting in environment: ";
  }

  @Override
  public InstanceSpec settled(InstanceSpec spec) throws IOException {
    return spec.withPorts(published.choose(spec.id().text(), spec.ports()));
  }

  /**
   * {@inheritDoc}
   *
   * <p>A port of the host that is not chosen is chosen here; whether it is free is looked at again
   * at the start.
   */
  @Override
  public LaunchPlan plan(InstanceSpec spec, PreparedImage image, InstanceFolder folder)
      throws IOException {
    return PlanDocument.write(planner.plan(spec, image, folder));
  }

  @Override
  public Run start(LaunchPlan launch, InstanceFolder folder) throws IOException {
    QemuPlan plan = PlanDocument.read(launch);
    HostPorts.requireFree(plan.ports());
    published.requireFree(folder.id().text(), plan.ports());
    Files.createDirectories(plan.run());
    // Copies may hold secrets. QEMU opens all before it changes its account.
    Files.setPosixFilePermissions(plan.run(), PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(folder.sockets());
    try {
      BridgePort.make(plan);
      RunFiles.make(plan);
      KvmProbe.Choice choice = kvm.choose(plan.acceleration());
      RunRecord record = RunRecord.now(plan, choice.note());
      record.write(plan);
      for (QemuPlan.Share share : plan.shares()) {
        ShareProcess.start(share, plan);
      }
      return spawn(plan, record, choice);
    } catch (IOException | RuntimeException e) {
      boolean another = removeAfter(e, plan);
      if (another && !Thread.currentThread().isInterrupted()) {
        return start(launch, folder);
      }
      throw e;
    }
  }

  /**
   * Why it did not start is more than why something of it is left, which is removed again later.
   */
  private static boolean removeAfter(Exception failure, QemuPlan plan) {
    try {
      return remove(plan);
    } catch (IOException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private Run spawn(QemuPlan plan, RunRecord record, KvmProbe.Choice choice) throws IOException {
    List<String> argv = new ArrayList<>(plan.argv());
    argv.addAll(choice.arguments());
    Process started =
        new ProcessBuilder(argv)
            .directory(new File("/"))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(plan.errors().toFile()))
            .start();
    GuestProcess process = GuestProcess.child(started.pid());
    // While it is known as a child, its id is no other's.
    if (process != null && started.isAlive()) {
      QemuRun run = QemuRun.of(plan, record, process, kvm);
      boolean up = false;
      try {
        up = run.awaitStart(START);
      } finally {
        if (!up) {
          run.close();
          end(process);
        }
      }
      if (up) {
        return run;
      }
    }
    if (hasEndedWell(started)) {
      // It was too quick to be talked to.
      return QemuRun.over(plan, record, kvm, "guest-shutdown");
    }
    String why = ErrorText.lastLine(plan.errors());
    throw new FlintException(
        ErrorCode.UNSUPPORTED, "QEMU did not start: " + (why.isEmpty() ? "it says no why" : why));
  }

  private static boolean hasEndedWell(Process process) throws IOException {
    try {
      return process.waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted as a guest was started", e);
    }
  }

  @Override
  public Optional<Run> adopt(LaunchPlan launch, InstanceFolder folder) throws IOException {
    QemuPlan plan = PlanDocument.read(launch);
    RunRecord record = RunRecord.read(plan);
    if (record == null) {
      return Optional.empty();
    }
    GuestProcess process = record.isOfThisBoot() ? find(plan) : null;
    if (process != null) {
      return Optional.of(QemuRun.of(plan, record, process, kvm));
    }
    boolean ran =
        Files.exists(plan.pidFile())
            || (Files.exists(plan.console()) && Files.size(plan.console()) > record.console());
    return ran ? Optional.of(QemuRun.over(plan, record, kvm, "")) : Optional.empty();
  }

  @Override
  public void clean(LaunchPlan launch, InstanceFolder folder) throws IOException {
    remove(PlanDocument.read(launch));
  }

  /**
   * What the guest wrote goes with it, so its QEMU need not end in good order. The files go first:
   * an agent may have been killed as it started QEMU, and until that has its arguments nobody sees
   * it. If it is seen only after this, it finds no folder for its file with its id and ends, or
   * that of a successor, which QEMU locks before it opens anything: only one of the two goes on. If
   * that is the first, {@link #start} ends it here and starts the successor's anew.
   *
   * @return whether a QEMU was ended
   */
  private static boolean remove(QemuPlan plan) throws IOException {
    try {
      RunFiles.remove(plan);
    } catch (DirectoryNotEmptyException e) {
      // Something comes up in there just now; it is seen below.
    }
    List<GuestProcess> all = GuestProcess.all(plan.mark());
    for (GuestProcess process : all) {
      end(process);
    }
    for (QemuPlan.Share share : plan.shares()) {
      ShareProcess.end(share);
    }
    BridgePort.remove(plan);
    RunFiles.remove(plan);
    return !all.isEmpty();
  }

  private static void end(GuestProcess process) throws IOException {
    process.kill();
    if (!process.awaitEnd(END)) {
      throw new FlintException(ErrorCode.LOCAL_IO, "QEMU " + process.pid() + " does not end");
    }
  }

  /**
   * The QEMU of a run: by the file with its id, else among all, for it may have been started just
   * now and may not have come to write it. The file's path in its arguments is the proof.
   */
  private static @Nullable GuestProcess find(QemuPlan plan) throws IOException {
    GuestProcess process = GuestProcess.of(GuestProcess.written(plan.pidFile()), plan.mark());
    if (process != null) {
      return process;
    }
    List<GuestProcess> all = GuestProcess.all(plan.mark());
    return all.isEmpty() ? null : all.get(0);
  }
}
