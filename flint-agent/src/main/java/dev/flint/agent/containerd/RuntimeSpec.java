package dev.flint.agent.containerd;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.Security;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The document by which runc makes a container (opencontainers/runtime-spec 1.0), as docker would
 * write it, but for the network, which is the host's, and a seccomp profile, which is to be asked
 * for, as with a kubelet.
 */
final class RuntimeSpec {
  private static final int MAX_HOST_NAME = 63;
  private static final Path NAME_OF_HOST = Path.of("/proc/sys/kernel/hostname");
  private static final int CPU_PERIOD_MICROS = 100_000;

  /** The kernel's least. */
  private static final int MIN_CPU_QUOTA_MICROS = 1000;

  private static final long MIN_CPU_SHARES = 2;
  private static final long MAX_CPU_SHARES = 1 << 18;

  private static final List<String> MASKED =
      List.of(
          "/proc/asound",
          "/proc/acpi",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware",
          "/sys/devices/virtual/powercap");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private RuntimeSpec() {}

  /**
   * Writes it.
   *
   * @param cgroup an absolute path below the root of the cgroup file systems
   * @param host what it has for containers that are to be confined
   * @throws FlintException UNSUPPORTED or POLICY for what a container cannot have
   */
  static JsonObject of(
      InstanceSpec spec,
      PreparedImage image,
      PreparedImage.Layers content,
      String cgroup,
      ContainerSecurity host)
      throws IOException {
    boolean hostNetwork = hostNetwork(spec.network());
    if (hostNetwork) {
      checkPorts(spec.ports());
    }
    Security security = spec.security();
    ImageUser user = ImageUser.of(image.config().user(), security.identity(), content.layers());
    List<String> capabilities = host.capabilities(security.capabilities());
    JsonObject root = JsonObject.empty().with("path", "rootfs");
    JsonObject linux = linux(spec.resources(), cgroup, hostNetwork);
    JsonObject process =
        ContainerProcess.of(spec, image.config(), user, capabilities, told(spec, hostNetwork));
    JsonObject json =
        JsonObject.empty()
            .with("ociVersion", "1.0.2")
            .with("process", process)
            .with("root", security.readOnlyRoot() ? root.with("readonly", true) : root)
            .withObjects("mounts", ContainerMounts.of(spec.mounts(), hostNetwork))
            .with("linux", host.put(linux, security, Set.copyOf(capabilities), hostNetwork));
    return hostNetwork ? json : json.with("hostname", hostName(spec));
  }

  private static String hostName(InstanceSpec spec) {
    String id = spec.id().text();
    String own = spec.extras().hostName();
    if (!own.isEmpty()) {
      return own;
    }
    return id.length() > MAX_HOST_NAME ? id.substring(0, MAX_HOST_NAME) : id;
  }

  /** What {@code HOSTNAME} says to a container of a pod, as from a CRI; empty for others. */
  private static String told(InstanceSpec spec, boolean hostNetwork) throws IOException {
    String own = spec.extras().hostName();
    return hostNetwork && !own.isEmpty() ? Files.readString(NAME_OF_HOST).strip() : own;
  }

  private static boolean hostNetwork(Network network) throws FlintException {
    if (network instanceof Network.Usual || network instanceof Network.Host) {
      return true;
    }
    if (network instanceof Network.None
        || network instanceof Network.Cni
        || network instanceof Network.Joined) {
      return false;
    }
    throw new FlintException(
        ErrorCode.UNSUPPORTED,
        "a container cannot have the network \"" + network + "\"",
        "use the host's network, one of CNI, or none");
  }

  private static void checkPorts(List<PortForward> ports) throws FlintException {
    for (PortForward port : ports) {
      if (port.hostPort() != 0 && port.hostPort() != port.guestPort()) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED,
            "port "
                + port.hostPort()
                + " cannot lead to port "
                + port.guestPort()
                + " of a container that has the host's own network",
            "use the same port on both sides, or tell the program to listen to another");
      }
    }
  }

  private static JsonObject linux(Resources resources, String cgroup, boolean hostNetwork) {
    List<JsonObject> namespaces = new ArrayList<>();
    for (String type : List.of("pid", "ipc", "mount", "cgroup")) {
      namespaces.add(JsonObject.empty().with("type", type));
    }
    if (!hostNetwork) {
      // The host's name goes with the host's network.
      namespaces.add(JsonObject.empty().with("type", "uts"));
      namespaces.add(JsonObject.empty().with("type", "network"));
    }
    return JsonObject.empty()
        .with("cgroupsPath", cgroup)
        .with("resources", limits(resources))
        .withObjects("namespaces", namespaces)
        .withStrings("maskedPaths", MASKED)
        .withStrings("readonlyPaths", READ_ONLY);
  }

  private static JsonObject limits(Resources resources) {
    // Runc adds those that every container may use.
    JsonObject noDevice = JsonObject.empty().with("allow", false).with("access", "rwm");
    JsonObject json = JsonObject.empty().withObjects("devices", List.of(noDevice));
    if (resources.memoryBytes() > 0) {
      json = json.with("memory", JsonObject.empty().with("limit", resources.memoryBytes()));
    }
    return resources.sharedMilliCpus() > 0 ? json.with("cpu", cpu(resources)) : json;
  }

  /**
   * As a kubelet: the request is a weight and no limit. One that asks for nothing has the kernel's
   * usual weight, as with docker: a kubelet's least is for pods that are among themselves in a
   * cgroup, and here they are beside all that the system runs.
   */
  private static JsonObject cpu(Resources resources) {
    long shares = resources.sharedMilliCpus() * 1024L / 1000;
    JsonObject cpu =
        JsonObject.empty()
            .with("shares", Math.min(MAX_CPU_SHARES, Math.max(MIN_CPU_SHARES, shares)));
    if (resources.milliCpus() == 0) {
      return cpu;
    }
    long quota = resources.milliCpus() * (long) CPU_PERIOD_MICROS / 1000;
    return cpu.with("quota", Math.max(MIN_CPU_QUOTA_MICROS, quota))
        .with("period", CPU_PERIOD_MICROS);
  }
}
