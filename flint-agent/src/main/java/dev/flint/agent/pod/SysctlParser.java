package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code sysctls}. Those that Kubernetes calls safe are taken: each container has its own,
 * and none can harm another or the host (Kubernetes, "Using sysctls in a Kubernetes cluster").
 */
final class SysctlParser {
  private static final Set<String> SAFE =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.ping_group_range",
          "net.ipv4.ip_unprivileged_port_start",
          "net.ipv4.ip_local_reserved_ports",
          "net.ipv4.tcp_keepalive_time",
          "net.ipv4.tcp_fin_timeout",
          "net.ipv4.tcp_keepalive_intvl",
          "net.ipv4.tcp_keepalive_probes",
          "net.ipv4.tcp_rmem",
          "net.ipv4.tcp_wmem");

  private static final int MAX_VALUE = 1024;

  private SysctlParser() {}

  static Map<String, String> parse(Fields context) throws FlintException {
    Map<String, String> out = new LinkedHashMap<>();
    for (Fields fields : context.list("sysctls")) {
      // Kubernetes takes both ways to write one.
      String name = fields.required("name").replace('/', '.');
      if (!SAFE.contains(name)) {
        throw fields.bad("name", "forbidden sysctl: not one of those that are safe");
      }
      String value = fields.text("value", "");
      if (value.length() > MAX_VALUE || value.chars().anyMatch(c -> c < ' ' && c != '\t')) {
        throw fields.bad("value", "must be a line of at most " + MAX_VALUE + " characters");
      }
      if (out.put(name, value) != null) {
        throw fields.bad("name", "another one of the pod has it");
      }
      fields.end();
    }
    return out;
  }
}
