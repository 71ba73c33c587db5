package dev.flint.agent.qemu;

import dev.flint.agent.instance.Capabilities;
import dev.flint.agent.instance.Identity;
import dev.flint.agent.instance.Security;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a {@link Security} means nothing to a guest. It is about the host's kernel, which a guest
 * never calls: it has its own, behind a QEMU without rights, so less is allowed to it than anything
 * here could forbid.
 */
final class GuestSecurity {
  private GuestSecurity() {}

  /** What is passed over, in the words of a pod; none if nothing was said. */
  static List<String> notes(Security asked) {
    List<String> out = new ArrayList<>();
    Identity who = asked.identity();
    if (who.user() >= 0 || who.group() >= 0 || who.nonRoot() || !who.groups().isEmpty()) {
      out.add("users and groups are those of the guest's own system");
    }
    if (!asked.capabilities().equals(Capabilities.USUAL)
        || asked.noNewPrivileges()
        || !asked.seccomp().isEmpty()
        || !asked.appArmor().isEmpty()
        || asked.selinux()) {
      out.add("capabilities and profiles are not needed, as a guest has a kernel of its own");
    }
    if (asked.readOnlyRoot()) {
      out.add("what a guest writes to its root is gone when it ends");
    }
    if (!asked.sysctls().isEmpty()) {
      out.add("sysctls are not set in a guest");
    }
    return out.stream().map(note -> "securityContext: " + note).toList();
  }
}
