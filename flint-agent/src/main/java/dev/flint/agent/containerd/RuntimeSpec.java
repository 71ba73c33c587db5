package dev.flint.agent.containerd;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The document by which runc makes a container (opencontainers/runtime-spec 1.0), as docker would
 * write it, but for the network, which is the host's, and a seccomp profile, of which there is none
 * yet.
 */
final class RuntimeSpec {
  private static final int MAX_HOST_NAME = 63;
  private static final int CPU_PERIOD_MICROS = 100_000;

  /** The kernel's least. */
  private static final int MIN_CPU_QUOTA_MICROS = 1000;

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
   * @throws FlintException UNSUPPORTED or POLICY for what a container cannot have
   */
  static JsonObject of(
      InstanceSpec spec, PreparedImage image, PreparedImage.Layers content, String cgroup)
      throws IOException {
    boolean hostNetwork = hostNetwork(spec.network());
    if (hostNetwork) {
      checkPorts(spec.ports());
    }
    ImageUser user = ImageUser.of(image.config().user(), content.layers());
    JsonObject json =
        JsonObject.empty()
            .with("ociVersion", "1.0.2")
            .with("process", ContainerProcess.of(spec, image.config(), user))
            .with("root", JsonObject.empty().with("path", "rootfs"))
            .withObjects("mounts", ContainerMounts.of(spec.mounts(), hostNetwork))
            .with("linux", linux(spec.resources(), cgroup, hostNetwork));
    return hostNetwork ? json : json.with("hostname", hostName(spec.id().text()));
  }

  private static String hostName(String id) {
    return id.length() > MAX_HOST_NAME ? id.substring(0, MAX_HOST_NAME) : id;
  }

  private static boolean hostNetwork(Network network) throws FlintException {
    if (network instanceof Network.Usual || network instanceof Network.Host) {
      return true;
    }
    if (network instanceof Network.None || network instanceof Network.Cni) {
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
    if (resources.milliCpus() > 0) {
      long quota = resources.milliCpus() * (long) CPU_PERIOD_MICROS / 1000;
      json =
          json.with(
              "cpu",
              JsonObject.empty()
                  .with("shares", Math.max(2, resources.milliCpus() * 1024L / 1000))
                  .with("quota", Math.max(MIN_CPU_QUOTA_MICROS, quota))
                  .with("period", CPU_PERIOD_MICROS));
    }
    return json;
  }
}
