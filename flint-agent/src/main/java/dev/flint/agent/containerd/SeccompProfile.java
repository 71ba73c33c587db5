package dev.flint.agent.containerd;

import dev.flint.oci.Platform;
import dev.flint.oci.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The seccomp profile RuntimeDefault as {@code linux.seccomp} of a runtime spec (runtime-spec,
 * config-linux.md, "Seccomp"): the calls that {@code runtime-default.seccomp} names, and those
 * here, which depend on what they are called with. Names that runc does not know it passes over.
 */
final class SeccompProfile {
  private static final String ALLOW = "SCMP_ACT_ALLOW";
  private static final String ERRNO = "SCMP_ACT_ERRNO";
  private static final String ADMIN = "CAP_SYS_ADMIN";
  private static final int ENOSYS = 38;

  /** Sockets to the hypervisor, if the host is a guest itself. */
  private static final int AF_VSOCK = 40;

  /** All of clone's CLONE_NEW... but for CLONE_NEWTIME, which it takes for a signal. */
  private static final long NEW_NAMESPACES = 0x7e020000L;

  /** Those of Linux: usual, 32 bit, and both with old addresses; the last only asks. */
  private static final List<Long> PERSONALITIES = List.of(0L, 8L, 0x20000L, 0x20008L, 0xffffffffL);

  private SeccompProfile() {}

  /**
   * Makes it.
   *
   * @param capabilities that the container may have at most
   */
  static JsonObject of(Platform host, Set<String> capabilities) throws IOException {
    List<JsonObject> rules = new ArrayList<>();
    rules.add(rule(names(host.architecture(), capabilities), ALLOW));
    for (long personality : PERSONALITIES) {
      rules.add(when("personality", personality, 0, "SCMP_CMP_EQ"));
    }
    rules.add(when("socket", AF_VSOCK, 0, "SCMP_CMP_NE"));
    if (!capabilities.contains(ADMIN)) {
      rules.add(when("clone", NEW_NAMESPACES, 0, "SCMP_CMP_MASKED_EQ"));
      // Its flags are out of sight; who hears this takes clone.
      rules.add(rule(List.of("clone3"), ERRNO).with("errnoRet", ENOSYS));
    }
    return JsonObject.empty()
        .with("defaultAction", ERRNO)
        .withStrings("architectures", architectures(host.architecture()))
        .withObjects("syscalls", rules);
  }

  private static JsonObject rule(List<String> names, String action) {
    return JsonObject.empty().withStrings("names", names).with("action", action);
  }

  /** Allowed by its first argument. */
  private static JsonObject when(String name, long value, long second, String operator) {
    JsonObject argument =
        JsonObject.empty()
            .with("index", 0)
            .with("value", value)
            .with("valueTwo", second)
            .with("op", operator);
    return rule(List.of(name), ALLOW).withObjects("args", List.of(argument));
  }

  /** With those of the 32 bit programs that the kernel runs too. */
  private static List<String> architectures(String name) {
    return switch (name) {
      case "amd64" -> List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
      case "arm64" -> List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
      // Runc's own.
      default -> List.of();
    };
  }

  private static List<String> names(String architecture, Set<String> capabilities)
      throws IOException {
    List<String> out = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    SeccompProfile.class.getResourceAsStream("runtime-default.seccomp")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int colon = line.startsWith("#") ? -1 : line.indexOf(": ");
        String who = colon < 0 ? "" : line.substring(0, colon);
        if (who.equals("any") || who.equals(architecture) || capabilities.contains(who)) {
          out.addAll(List.of(line.substring(colon + 2).split(" ", -1)));
        }
      }
    }
    return out;
  }
}
