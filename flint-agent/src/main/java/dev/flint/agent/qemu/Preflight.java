package dev.flint.agent.qemu;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.PortForward;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Compares what a guest will want with what its host has, before anything is loaded or started. */
public final class Preflight {
  /** What QEMU itself takes beside the guest's memory, as measured: 45 to 90 MiB. */
  private static final long OWN_MEMORY = 96L << 20;

  /** Room for what a guest writes until somebody looks. */
  private static final long LEAST_ROOM = 64L << 20;

  private final QemuSettings settings;
  private final HostFacts host;

  /** Of this host. */
  public Preflight(QemuSettings settings, HostFacts host) {
    this.settings = settings;
    this.host = host;
  }

  /**
   * One thing that was looked at.
   *
   * @param subject what: {@code architecture}, {@code memory}, {@code cpus}, {@code space}, {@code
   *     ports}, {@code mounts} or {@code acceleration}
   * @param message one line
   */
  public record Finding(Level level, String subject, String message) {}

  /** What follows of a finding. */
  public enum Level {
    /** Nothing. */
    OK,
    /** It runs, but not as well as it might. */
    WARNING,
    /** It does not run. */
    REFUSED
  }

  /**
   * Looks at everything, whatever the first findings are.
   *
   * @throws FlintException PROTOCOL if the config cannot be read
   */
  public List<Finding> check(InstanceSpec spec, ImageConfig image) throws IOException {
    List<Finding> findings = new ArrayList<>();
    String wanted = image.platform().architecture();
    findings.add(
        finding(wanted.equals("amd64"), "architecture", "image: " + wanted + ", QEMU: amd64"));
    try {
      GuestSize size = GuestSize.of(spec.resources(), image.labels());
      long memory = (size.memoryMib() << 20) + OWN_MEMORY;
      findings.add(
          finding(
              memory <= host.availableMemory(),
              "memory",
              (memory >> 20) + " MiB wanted, " + (host.availableMemory() >> 20) + " available"));
      boolean enough = size.cpus() <= host.cpus();
      findings.add(
          new Finding(
              enough ? Level.OK : Level.WARNING,
              "cpus",
              size.cpus() + " wanted, the host has " + host.cpus()));
    } catch (FlintException e) {
      findings.add(refused("memory", e));
    }
    findings.add(
        finding(
            host.freeBytes() >= LEAST_ROOM, "space", (host.freeBytes() >> 20) + " MiB are free"));
    findings.add(ports(spec.ports()));
    findings.add(mounts(spec.mounts()));
    findings.add(acceleration());
    return List.copyOf(findings);
  }

  private static Finding ports(List<PortForward> ports) throws IOException {
    try {
      HostPorts.requireFree(HostPorts.choose(ports));
      return new Finding(Level.OK, "ports", ports.size() + " to forward");
    } catch (FlintException e) {
      return refused("ports", e);
    }
  }

  private Finding mounts(List<Mount> mounts) {
    for (Mount mount : mounts) {
      boolean served = mount.kind() != Mount.Kind.LIVE || settings.shareDaemon() != null;
      if (mount.kind() == Mount.Kind.SCRATCH || !served) {
        String why = served ? ": a guest has no scratch volumes" : ": there is no virtiofsd here";
        return new Finding(Level.REFUSED, "mounts", mount.target() + why);
      }
    }
    return new Finding(Level.OK, "mounts", mounts.size() + " to mount");
  }

  /** Only what is known without a guest: none is started by looking. */
  private Finding acceleration() throws IOException {
    String note = new KvmProbe(settings).known(settings.acceleration());
    boolean fast = note.equals(KvmProbe.Choice.KVM.note());
    return new Finding(fast ? Level.OK : Level.WARNING, "acceleration", note);
  }

  private static Finding finding(boolean good, String subject, String message) {
    return new Finding(good ? Level.OK : Level.REFUSED, subject, message);
  }

  private static Finding refused(String subject, FlintException e) {
    return new Finding(Level.REFUSED, subject, String.valueOf(e.getMessage()));
  }
}
