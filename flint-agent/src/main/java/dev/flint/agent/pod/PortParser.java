package dev.flint.agent.pod;

import dev.flint.agent.instance.PortForward.Protocol;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code ports} (core/v1 ContainerPort). */
final class PortParser {
  private static final String ALL = "0.0.0.0";

  private PortParser() {}

  static List<PortSpec> parse(Fields container) throws FlintException {
    List<PortSpec> out = new ArrayList<>();
    for (Fields fields : container.list("ports")) {
      String name = fields.text("name", "");
      int port = fields.number("containerPort", 0, 1, 65535);
      if (port == 0) {
        throw fields.bad("containerPort", "required");
      }
      int hostPort = fields.number("hostPort", 0, 0, 65535);
      String address = address(fields);
      PortSpec spec = new PortSpec(name, port, hostPort, address, protocol(fields));
      for (PortSpec other : out) {
        if (!name.isEmpty() && other.name().equals(name)) {
          throw fields.bad("name", "another port of the container has it");
        }
        if (hostPort > 0 && isSame(spec, other)) {
          throw fields.bad("hostPort", "another port of the container has it");
        }
      }
      out.add(spec);
      fields.end();
    }
    return out;
  }

  private static boolean isSame(PortSpec one, PortSpec other) {
    return one.hostPort() == other.hostPort()
        && one.protocol() == other.protocol()
        && (one.hostAddress().equals(other.hostAddress())
            || one.hostAddress().equals(ALL)
            || other.hostAddress().equals(ALL));
  }

  private static Protocol protocol(Fields fields) throws FlintException {
    return switch (fields.text("protocol", "TCP")) {
      case "TCP" -> Protocol.TCP;
      case "UDP" -> Protocol.UDP;
      default -> throw fields.bad("protocol", "must be TCP or UDP");
    };
  }

  private static String address(Fields fields) throws FlintException {
    String address = fields.text("hostIP", "");
    if (address.isEmpty()) {
      return ALL;
    }
    if (!IpLiteral.isV4(address)) {
      throw fields.bad("hostIP", "must be an IPv4 address");
    }
    return address;
  }
}
