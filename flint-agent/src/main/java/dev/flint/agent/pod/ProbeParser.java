package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the probes of one container (core/v1 Probe). */
final class ProbeParser {
  private static final int MAX_SECONDS = 24 * 60 * 60;

  private final List<PortSpec> ports;
  private final String send;

  ProbeParser(List<PortSpec> ports, String send) {
    this.ports = ports;
    this.send = send;
  }

  ProbeSpec parse(Fields fields, ProbeSpec.Kind kind) throws FlintException {
    ProbeSpec probe =
        new ProbeSpec(
            handler(fields),
            fields.number("initialDelaySeconds", 0, 0, MAX_SECONDS),
            fields.number("timeoutSeconds", 1, 1, MAX_SECONDS),
            fields.number("periodSeconds", 10, 1, MAX_SECONDS),
            fields.number("successThreshold", 1, 1, 1000),
            fields.number("failureThreshold", 3, 1, 100_000),
            fields.number("terminationGracePeriodSeconds", -1, 1, MAX_SECONDS));
    if (kind != ProbeSpec.Kind.READINESS && probe.successes() != 1) {
      throw fields.bad("successThreshold", "must be 1");
    }
    if (kind == ProbeSpec.Kind.READINESS && probe.grace() >= 0) {
      throw fields.bad("terminationGracePeriodSeconds", "not for readiness probes");
    }
    fields.end();
    return probe;
  }

  private ProbeSpec.Handler handler(Fields fields) throws FlintException {
    fields.unsupported("grpc");
    Optional<Fields> http = fields.object("httpGet");
    Optional<Fields> tcp = fields.object("tcpSocket");
    Optional<Fields> exec = fields.object("exec");
    int count = (http.isPresent() ? 1 : 0) + (tcp.isPresent() ? 1 : 0) + (exec.isPresent() ? 1 : 0);
    if (count != 1) {
      throw fields.bad("must have one of httpGet, tcpSocket and exec");
    }
    if (http.isPresent()) {
      return http(http.get());
    }
    if (tcp.isPresent()) {
      Fields socket = tcp.get();
      ProbeSpec.Tcp out = new ProbeSpec.Tcp(host(socket), port(socket), send);
      socket.end();
      return out;
    }
    List<String> command = exec.orElseThrow().texts("command");
    exec.get().end();
    if (command.isEmpty()) {
      throw exec.get().bad("command", "required");
    }
    return new ProbeSpec.Exec(command);
  }

  private ProbeSpec.Http http(Fields fields) throws FlintException {
    if (!fields.text("scheme", "HTTP").equals("HTTP")) {
      throw fields.bad("scheme", "only HTTP is supported");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (Fields header : fields.list("httpHeaders")) {
      String name = header.required("name");
      String value = header.text("value", "");
      if (!isHeader(name) || name.indexOf(':') >= 0 || name.indexOf(' ') >= 0 || !isHeader(value)) {
        throw header.bad("must be printable");
      }
      headers.put(name, value);
      header.end();
    }
    String path = fields.text("path", "/");
    if (!isHeader(path) || path.indexOf(' ') >= 0) {
      throw fields.bad("path", "must be printable, without spaces");
    }
    ProbeSpec.Http out =
        new ProbeSpec.Http(
            host(fields), port(fields), path.startsWith("/") ? path : "/" + path, headers);
    fields.end();
    return out;
  }

  /** Nothing that would end a line, and so begin another header. */
  private static boolean isHeader(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return text.length() <= 4096;
  }

  private static String host(Fields fields) throws FlintException {
    String host = fields.text("host", "");
    if (!isHeader(host) || host.indexOf(' ') >= 0) {
      throw fields.bad("host", "must be a host");
    }
    return host;
  }

  private int port(Fields fields) throws FlintException {
    String text = fields.scalar("port");
    if (text.isEmpty()) {
      throw fields.bad("port", "required");
    }
    for (PortSpec port : ports) {
      if (port.name().equals(text)) {
        return port.containerPort();
      }
    }
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw fields.bad("port", "no port of the container has this name");
    }
    throw fields.bad("port", "must be between 1 and 65535");
  }
}
