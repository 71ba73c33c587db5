package dev.flint.agent.containerd;

import dev.flint.agent.instance.Mount;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code mounts} of a runtime spec (runtime-spec, config.md, "Mounts"). */
final class ContainerMounts {
  private ContainerMounts() {}

  /**
   * The kernel's file systems, then the host's files, then what was asked for.
   *
   * @param resolver whether names are looked up as on the host
   * @throws FlintException POLICY for a target that would replace a file system of the kernel
   */
  static List<JsonObject> of(List<Mount> wanted, boolean resolver) throws FlintException {
    List<JsonObject> out = new ArrayList<>();
    out.add(mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
    out.add(mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
    out.add(
        mount(
            "/dev/pts",
            "devpts",
            "devpts",
            "nosuid",
            "noexec",
            "newinstance",
            "ptmxmode=0666",
            "mode=0620",
            "gid=5"));
    out.add(
        mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"));
    out.add(mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
    out.add(mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"));
    // Programs such as a JVM read their limits there.
    out.add(mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "ro"));
    if (resolver) {
      for (String file : List.of("/etc/resolv.conf", "/etc/hosts")) {
        if (Files.exists(Path.of(file))) {
          out.add(mount(file, "bind", file, "rbind", "rprivate", "ro"));
        }
      }
    }
    for (Mount mount : wanted) {
      check(mount);
      out.add(
          mount(
              mount.target(),
              "bind",
              mount.source().toString(),
              "rbind",
              "rprivate",
              mount.readOnly() ? "ro" : "rw"));
    }
    return out;
  }

  private static void check(Mount mount) throws FlintException {
    String target = mount.target();
    String inside = target + "/";
    boolean unsafe =
        !target.startsWith("/")
            || target.equals("/")
            || inside.contains("/../")
            || inside.startsWith("/proc/")
            || inside.startsWith("/sys/");
    if (unsafe) {
      throw new FlintException(
          ErrorCode.POLICY, "nothing can be mounted at \"" + target + "\" of a container");
    }
  }

  private static JsonObject mount(String target, String type, String source, String... options) {
    return JsonObject.empty()
        .with("destination", target)
        .with("type", type)
        .with("source", source)
        .withStrings("options", List.of(options));
  }
}
