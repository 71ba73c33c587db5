package dev.flint.agent.instance;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Changes to the capabilities that containers usually have (capabilities(7)).
 *
 * @param add names such as {@code CAP_NET_ADMIN}, or {@link #ALL}
 * @param drop the same; stronger than {@code add}, but that {@link #ALL} takes away the usual ones
 *     only, as with containerd
 */
public record Capabilities(List<String> add, List<String> drop) {
  /** Every one there is. */
  public static final String ALL = "ALL";

  /** No changes. */
  public static final Capabilities USUAL = new Capabilities(List.of(), List.of());

  private static final String PREFIX = "CAP_";

  /** In the order of their numbers. */
  private static final List<String> KNOWN =
      List.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_DAC_READ_SEARCH",
          "CAP_FOWNER",
          "CAP_FSETID",
          "CAP_KILL",
          "CAP_SETGID",
          "CAP_SETUID",
          "CAP_SETPCAP",
          "CAP_LINUX_IMMUTABLE",
          "CAP_NET_BIND_SERVICE",
          "CAP_NET_BROADCAST",
          "CAP_NET_ADMIN",
          "CAP_NET_RAW",
          "CAP_IPC_LOCK",
          "CAP_IPC_OWNER",
          "CAP_SYS_MODULE",
          "CAP_SYS_RAWIO",
          "CAP_SYS_CHROOT",
          "CAP_SYS_PTRACE",
          "CAP_SYS_PACCT",
          "CAP_SYS_ADMIN",
          "CAP_SYS_BOOT",
          "CAP_SYS_NICE",
          "CAP_SYS_RESOURCE",
          "CAP_SYS_TIME",
          "CAP_SYS_TTY_CONFIG",
          "CAP_MKNOD",
          "CAP_LEASE",
          "CAP_AUDIT_WRITE",
          "CAP_AUDIT_CONTROL",
          "CAP_SETFCAP",
          "CAP_MAC_OVERRIDE",
          "CAP_MAC_ADMIN",
          "CAP_SYSLOG",
          "CAP_WAKE_ALARM",
          "CAP_BLOCK_SUSPEND",
          "CAP_AUDIT_READ",
          "CAP_PERFMON",
          "CAP_BPF",
          "CAP_CHECKPOINT_RESTORE");

  /** Copies the lists. */
  public Capabilities {
    add = List.copyOf(add);
    drop = List.copyOf(drop);
  }

  /**
   * The name of one.
   *
   * @param text in whatever case, with or without {@code CAP_}, or {@code ALL}
   * @return empty if there is none of that name
   */
  public static Optional<String> name(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (upper.equals(ALL)) {
      return Optional.of(ALL);
    }
    String name = upper.startsWith(PREFIX) ? upper : PREFIX + upper;
    return KNOWN.contains(name) ? Optional.of(name) : Optional.empty();
  }

  /**
   * Which ones there are after the changes.
   *
   * @param held what {@link #ALL} is: a bit for each that the host has to give
   */
  public List<String> of(List<String> usual, long held) {
    Set<String> out = new LinkedHashSet<>();
    if (!drop.contains(ALL)) {
      out.addAll(add.contains(ALL) ? named(held) : usual);
    }
    out.addAll(add);
    drop.forEach(out::remove);
    out.remove(ALL);
    return new ArrayList<>(out);
  }

  private static List<String> named(long bits) {
    List<String> out = new ArrayList<>();
    for (int at = 0; at < KNOWN.size(); at++) {
      if ((bits & 1L << at) != 0) {
        out.add(KNOWN.get(at));
      }
    }
    return out;
  }
}
