package dev.flint.agent.containerd;

import dev.flint.agent.backend.ConfigRefused;
import dev.flint.agent.instance.Capabilities;
import dev.flint.agent.instance.Security;
import dev.flint.oci.Platform;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What of a {@link Security} is about the whole container: kernel settings and profiles.
 *
 * @param profiles the folder of the host's own seccomp profiles
 * @param selinux a file that is there if SELinux is on
 * @param status of this process (proc(5), /proc/pid/status)
 */
record ContainerSecurity(Path profiles, Path selinux, Path status) {
  private static final String EFFECTIVE = "CapEff:";

  /** That of this host. */
  static ContainerSecurity ofHost(Path profiles) {
    return new ContainerSecurity(
        profiles, Path.of("/sys/fs/selinux/enforce"), Path.of("/proc/self/status"));
  }

  /** Which capabilities a container gets; it cannot have one that the agent has not. */
  List<String> capabilities(Capabilities wanted) throws IOException {
    long held = 0;
    if (wanted.add().contains(Capabilities.ALL)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith(EFFECTIVE)) {
          held = Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16);
        }
      }
    }
    return wanted.of(ContainerProcess.USUAL_CAPABILITIES, held);
  }

  /**
   * Adds it to the member {@code linux} of a runtime spec.
   *
   * @param capabilities that the container may have at most
   * @throws FlintException for what this host cannot give
   */
  JsonObject put(JsonObject linux, Security wanted, Set<String> capabilities, boolean hostNetwork)
      throws IOException {
    requireModules(wanted);
    if (wanted.ownUsers()) {
      // What is root in it would be root on the host, against what was asked for.
      throw new ConfigRefused(
          "spec.hostUsers: false is not supported: containers here have no users of their own",
          "leave it out, or take an image for a guest, which has a kernel of its own");
    }
    JsonObject out = linux;
    if (!wanted.sysctls().isEmpty()) {
      requireOwn(wanted, hostNetwork);
      out = out.withMap("sysctl", wanted.sysctls());
    }
    String profile = wanted.seccomp();
    if (profile.equals(Security.RUNTIME_DEFAULT)) {
      out = out.with("seccomp", SeccompProfile.of(Platform.host(), capabilities));
    } else if (profile.startsWith(Security.LOCALHOST)) {
      String name = profile.substring(Security.LOCALHOST.length());
      out = out.with("seccomp", LocalProfile.read(profiles, name));
    }
    return out;
  }

  /** Without SELinux a label means nothing, to the kubelet too; a profile is asked for to hold. */
  private void requireModules(Security wanted) throws FlintException {
    if (!wanted.appArmor().equals(Security.UNCONFINED)) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "Cannot enforce AppArmor: Flint's containers have no profiles of it",
          "leave out appArmorProfile, or take a seccompProfile");
    }
    if (wanted.selinux() && Files.exists(selinux)) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "SELinux is on, and Flint gives its containers no labels",
          "leave out seLinuxOptions");
    }
  }

  private static void requireOwn(Security wanted, boolean hostNetwork) throws ConfigRefused {
    for (String name : wanted.sysctls().keySet()) {
      if (hostNetwork && name.startsWith("net.")) {
        throw new ConfigRefused(
            "forbidden sysctl: " + name + " cannot be set on the host's network",
            "give the pod a network of its own, by the annotation flint.dev/network: cni");
      }
    }
  }
}
