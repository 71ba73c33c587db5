package dev.flint.agent.pod;

import dev.flint.agent.instance.Capabilities;
import dev.flint.agent.instance.Identity;
import dev.flint.agent.instance.Security;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code securityContext} of pods and of containers (core/v1 PodSecurityContext and
 * SecurityContext). What cannot be given is refused, also where it asks for less power: a container
 * that runs with more than its author allowed is worse than one that does not run. Whether an image
 * and the host agree with it is seen later, by what runs the container.
 */
final class SecurityParser {
  private static final String MEMBER = "securityContext";

  /** The kernel's NGROUPS_MAX, less the two that are said elsewhere. */
  private static final int MAX_GROUPS = 65_534;

  private SecurityParser() {}

  /** Reads that of a pod. */
  static PodSecurity pod(Fields spec) throws FlintException {
    boolean ownUsers = !spec.flag("hostUsers", true);
    Optional<Fields> context = spec.object(MEMBER);
    if (context.isEmpty()) {
      return new PodSecurity(Security.USUAL.withOwnUsers(ownUsers), -1);
    }
    Fields fields = context.get();
    int fsGroup = fields.number("fsGroup", -1, 0, Integer.MAX_VALUE);
    // It is about volumes that outlive pods; those there are here begin anew with each.
    oneOf(fields, "fsGroupChangePolicy", List.of("Always", "OnRootMismatch"));
    List<Integer> groups = new ArrayList<>();
    if (fsGroup >= 0) {
      groups.add(fsGroup);
    }
    groups.addAll(fields.numbers("supplementalGroups", 0, Integer.MAX_VALUE, MAX_GROUPS));
    String policy = oneOf(fields, "supplementalGroupsPolicy", List.of("Merge", "Strict"));
    Identity who = identity(fields, Identity.OF_IMAGE);
    fields.silent("windowsOptions", "seLinuxChangePolicy");
    Security usual =
        new Security(
            new Identity(who.user(), who.group(), who.nonRoot(), groups, policy.equals("Strict")),
            Capabilities.USUAL,
            false,
            false,
            ProfileParser.parse(fields, "seccompProfile", Security.UNCONFINED),
            ProfileParser.parse(fields, "appArmorProfile", Security.UNCONFINED),
            selinux(fields),
            SysctlParser.parse(fields),
            ownUsers);
    fields.end();
    return new PodSecurity(usual, fsGroup);
  }

  /** Reads that of a container, which is stronger than that of its pod. */
  static Security container(Fields container, Security pod) throws FlintException {
    Optional<Fields> context = container.object(MEMBER);
    if (context.isEmpty()) {
      return pod;
    }
    Fields fields = context.get();
    fields.unsupported("privileged");
    if (!fields.text("procMount", "Default").equals("Default")) {
      throw fields.bad("procMount", "only Default is supported");
    }
    Capabilities capabilities = CapabilityParser.parse(fields);
    boolean escalates = fields.flag("allowPrivilegeEscalation", true);
    if (!escalates && capabilities.add().contains("CAP_SYS_ADMIN")) {
      throw fields.bad(
          "allowPrivilegeEscalation", "cannot be false where capabilities.add has SYS_ADMIN");
    }
    fields.silent("windowsOptions");
    Security own =
        new Security(
            identity(fields, pod.identity()),
            capabilities,
            !escalates,
            fields.flag("readOnlyRootFilesystem"),
            ProfileParser.parse(fields, "seccompProfile", pod.seccomp()),
            ProfileParser.parse(fields, "appArmorProfile", pod.appArmor()),
            selinux(fields) || pod.selinux(),
            pod.sysctls(),
            pod.ownUsers());
    fields.end();
    return own;
  }

  private static Identity identity(Fields fields, Identity usual) throws FlintException {
    int user = fields.number("runAsUser", usual.user(), 0, Integer.MAX_VALUE);
    int group = fields.number("runAsGroup", usual.group(), 0, Integer.MAX_VALUE);
    boolean nonRoot = fields.flag("runAsNonRoot", usual.nonRoot());
    return new Identity(user, group, nonRoot, usual.groups(), usual.strict());
  }

  /** Whether a label is asked for, which is one of a few words. */
  private static boolean selinux(Fields fields) throws FlintException {
    Map<String, String> options = fields.map("seLinuxOptions");
    return options.values().stream().anyMatch(word -> !word.isEmpty());
  }

  private static String oneOf(Fields fields, String member, List<String> words)
      throws FlintException {
    String word = fields.text(member, words.get(0));
    if (!words.contains(word)) {
      throw fields.bad(member, "must be " + String.join(" or ", words));
    }
    return word;
  }
}
