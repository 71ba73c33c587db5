package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Platform;
import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeccompProfileTest {
  private static final String ALLOW = "SCMP_ACT_ALLOW";

  /** By the calls that the kernels' tables name. */
  @Test
  void theDefaultProfileLeavesOutWhatIsNotAContainersOwn() throws IOException {
    Set<String> usual = Set.copyOf(ContainerProcess.USUAL_CAPABILITIES);
    Set<String> allowed = unconditional(amd64(usual));
    for (String name : List.of("read", "execve", "openat", "arch_prctl", "chroot", "ptrace")) {
      assertTrue(allowed.contains(name), name);
    }
    for (String name :
        List.of(
            "mount",
            "unshare",
            "setns",
            "init_module",
            "kexec_load",
            "keyctl",
            "bpf",
            "clone",
            "io_uring_setup",
            "userfaultfd",
            "reboot",
            "swapon",
            "clock_settime",
            "pivot_root")) {
      assertFalse(allowed.contains(name), name);
    }
    assertFalse(unconditional(amd64(Set.of())).contains("chroot"));
    assertTrue(unconditional(amd64(Set.of("CAP_SYS_ADMIN"))).contains("mount"));
    assertTrue(unconditional(amd64(Set.of("CAP_SYS_ADMIN"))).contains("clone3"));
    assertFalse(amd64(Set.of("CAP_SYS_ADMIN")).toString().contains("MASKED"));
    JsonObject arm = SeccompProfile.of(new Platform("linux", "arm64", "v8"), usual);
    assertTrue(unconditional(arm).contains("set_tls"));
    assertFalse(unconditional(arm).contains("arch_prctl"));
    assertEquals(List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"), arm.strings("architectures"));
  }

  private static JsonObject amd64(Set<String> capabilities) throws IOException {
    return SeccompProfile.of(new Platform("linux", "amd64", ""), capabilities);
  }

  private static Set<String> unconditional(JsonObject profile) throws IOException {
    Set<String> out = new HashSet<>();
    for (JsonObject rule : profile.objects("syscalls")) {
      if (rule.requiredString("action").equals(ALLOW) && rule.objects("args").isEmpty()) {
        for (String name : rule.strings("names")) {
          assertTrue(name.matches("[a-z0-9_]+"), name);
          assertTrue(out.add(name), "twice: " + name);
        }
      }
    }
    return out;
  }

  /** The profile that podman brings, made by others of the same list of docker's. */
  @Test
  void theDefaultProfileAllowsLittleThatPodmansDoesNot() throws IOException {
    Path file = Peers.requireFile(List.of(Path.of("/usr/share/containers/seccomp.json")));
    JsonObject podman = JsonObject.parse(Files.readAllBytes(file), "podman");
    Set<String> theirs = new HashSet<>();
    Set<String> forbidden = new HashSet<>();
    for (JsonObject rule : podman.objects("syscalls")) {
      boolean plain =
          rule.object("includes").isEmpty() || rule.object("includes").get().names().isEmpty();
      Set<String> into = rule.requiredString("action").equals(ALLOW) ? theirs : forbidden;
      if (plain) {
        into.addAll(rule.strings("names"));
      }
    }
    Set<String> ours = unconditional(amd64(Set.of()));
    Set<String> more = new HashSet<>(ours);
    more.retainAll(forbidden);
    more.removeAll(Set.of("io_pgetevents", "vmsplice"));
    assertEquals(Set.of(), more, "docker's list has none of them");
    Set<String> less = new HashSet<>(theirs);
    less.removeAll(ours);
    // What no program for Linux calls by now, what podman needs within itself, and what docker's
    // list gives to capabilities.
    less.removeAll(forbidden);
    less.removeAll(
        Set.of(
            "clone",
            "clone3",
            "fsconfig",
            "fsmount",
            "fsopen",
            "fspick",
            "get_mempolicy",
            "keyctl",
            "mbind",
            "mount",
            "mount_setattr",
            "move_mount",
            "open_tree",
            "personality",
            "pidfd_getfd",
            "pivot_root",
            "process_vm_readv",
            "process_vm_writev",
            "readdir",
            "reboot",
            "set_mempolicy",
            "sigaction",
            "signal",
            "sigpending",
            "sigsuspend",
            "socket",
            "syscall",
            "syslog",
            "timerfd",
            "umount",
            "umount2",
            "unshare"));
    assertEquals(Set.of(), less);
  }
}
