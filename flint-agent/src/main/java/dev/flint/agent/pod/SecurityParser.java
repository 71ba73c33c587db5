package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import java.util.Optional;

/**
 * {@code securityContext} of a pod or a container. What asks for more power is refused, and so is
 * what asks for less: a container that runs with more than its author allowed is worse than one
 * that does not run.
 */
final class SecurityParser {
  private SecurityParser() {}

  static void check(Fields holder) throws FlintException {
    Optional<Fields> context = holder.object("securityContext");
    if (context.isEmpty()) {
      return;
    }
    Fields fields = context.get();
    fields.unsupported("privileged", "runAsUser", "runAsGroup", "runAsNonRoot", "capabilities");
    fields.unsupported("readOnlyRootFilesystem", "seLinuxOptions", "seccompProfile", "procMount");
    fields.unsupported("appArmorProfile", "windowsOptions", "fsGroup", "supplementalGroups");
    fields.unsupported("sysctls", "seLinuxChangePolicy");
    // Containers never gain privileges here, guests have no user to gain them.
    fields.silent("allowPrivilegeEscalation", "fsGroupChangePolicy", "supplementalGroupsPolicy");
    fields.end();
  }
}
