package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code hostAliases} (core/v1 HostAlias). */
final class HostAliases {
  private HostAliases() {}

  /** Lines of {@code /etc/hosts}, as a kubelet writes them. */
  static List<String> parse(Fields spec) throws FlintException {
    List<String> lines = new ArrayList<>();
    for (Fields fields : spec.list("hostAliases")) {
      String address = fields.required("ip");
      if (!IpLiteral.isAddress(address)) {
        throw fields.bad("ip", "must be an IP address");
      }
      List<String> names = fields.texts("hostnames");
      for (String name : names) {
        if (!DnsName.isSubdomain(name)) {
          throw fields.bad("hostnames", DnsName.SUBDOMAIN_RULE);
        }
      }
      fields.end();
      lines.add(address + "\t" + String.join("\t", names));
    }
    return lines;
  }
}
