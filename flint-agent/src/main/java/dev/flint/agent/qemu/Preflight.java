package dev.flint.agent.qemu;

import dev.flint.agent.backend.Finding;
import dev.flint.agent.backend.HostPorts;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compares what a guest will want with what its host has, before anything is loaded or started. */
final class Preflight {
  /** What QEMU itself takes beside the guest's memory, as measured: 45 to 90 MiB. */
  private static final long OWN_MEMORY = 96L << 20;

  /** Room for what a guest writes until somebody looks. */
  private static final long LEAST_ROOM = 64L << 20;

  private static final Path TUN = Path.of("/dev/net/tun");
  private static final Path NETWORK_DEVICES = Path.of("/sys/class/net");

  private final QemuSettings settings;
  private final KvmProbe kvm;
  private final HostFacts host;

  /** Of this host. */
  Preflight(QemuSettings settings, KvmProbe kvm, HostFacts host) {
    this.settings = settings;
    this.kvm = kvm;
    this.host = host;
  }

  /**
   * Looks at everything, whatever the first findings are.
   *
   * @throws FlintException PROTOCOL if the config cannot be read
   */
  List<Finding> check(InstanceSpec spec, ImageConfig image) throws IOException {
    List<Finding> findings = new ArrayList<>();
    String wanted = image.platform().architecture();
    findings.add(
        finding(
            wanted.equals("amd64"),
            "architecture",
            "image: " + wanted + ", QEMU: amd64",
            "use an image for amd64"));
    try {
      GuestSize size = GuestSize.of(spec.resources(), image.labels());
      long memory = (size.memoryMib() << 20) + OWN_MEMORY;
      findings.add(
          finding(
              memory <= host.availableMemory(),
              "memory",
              (memory >> 20) + " MiB wanted, " + (host.availableMemory() >> 20) + " available",
              "end something, or give the guest less: -m"));
      boolean enough = size.cpus() <= host.cpus();
      String cpus = size.cpus() + " wanted, the host has " + host.cpus();
      findings.add(
          enough
              ? Finding.ok("cpus", cpus)
              : Finding.warning("cpus", cpus, "they share what there is"));
    } catch (FlintException e) {
      findings.add(Finding.refused("memory", e));
    }
    findings.add(
        finding(
            host.freeBytes() >= LEAST_ROOM,
            "space",
            (host.freeBytes() >> 20) + " MiB are free",
            "make room in the folder of the instances"));
    findings.add(ports(spec.ports()));
    findings.add(network(spec));
    findings.add(mounts(spec.mounts()));
    findings.add(acceleration());
    return List.copyOf(findings);
  }

  private static Finding ports(List<PortForward> ports) throws IOException {
    try {
      HostPorts.requireFree(HostPorts.choose(ports));
      return Finding.ok("ports", ports.size() + " to forward");
    } catch (FlintException e) {
      return Finding.refused("ports", e);
    }
  }

  private static Finding network(InstanceSpec spec) {
    try {
      GuestNetwork.of(spec.id(), Path.of("/"), spec.network(), spec.ports());
    } catch (FlintException e) {
      return Finding.refused("network", e);
    }
    if (spec.network() instanceof Network.Tap tap) {
      return Files.isWritable(TUN)
          ? device(tap.device(), "ip tuntap add " + tap.device() + " mode tap")
          : Finding.refused("network", TUN + " is not for this account", "modprobe tun; as root");
    }
    if (spec.network() instanceof Network.Bridge bridge) {
      Path bridges = NETWORK_DEVICES.resolve(bridge.device()).resolve("bridge");
      return Files.exists(bridges)
          ? Finding.ok("network", "bridge " + bridge.device() + " is there")
          : Finding.refused(
              "network",
              "bridge " + bridge.device() + " is not there",
              "ip link add " + bridge.device() + " type bridge");
    }
    return Finding.ok("network", "no device needed");
  }

  private static Finding device(String name, String remedy) {
    boolean there = Files.exists(NETWORK_DEVICES.resolve(name));
    return finding(
        there, "network", "device " + name + (there ? " is there" : " is not there"), remedy);
  }

  private Finding mounts(List<Mount> mounts) {
    for (Mount mount : mounts) {
      boolean served = mount.kind() != Mount.Kind.LIVE || settings.shareDaemon() != null;
      if (mount.kind() == Mount.Kind.SCRATCH || !served) {
        return Finding.refused(
            "mounts",
            mount.target()
                + (served ? ": a guest has no scratch volumes" : ": there is no virtiofsd here"),
            served ? "leave the volume out" : "install virtiofsd, or mount a copy");
      }
    }
    return Finding.ok("mounts", mounts.size() + " to mount");
  }

  /** Only what is known without a guest: none is started by looking. */
  private Finding acceleration() throws IOException {
    String note = kvm.known(settings.acceleration());
    boolean fast = note.equals(KvmProbe.Choice.KVM.note());
    return fast
        ? Finding.ok("acceleration", note)
        : Finding.warning("acceleration", note, "emulation is slow, and that is all");
  }

  private static Finding finding(boolean good, String subject, String message, String remedy) {
    return good ? Finding.ok(subject, message) : Finding.refused(subject, message, remedy);
  }
}
