package dev.flint.agent.probe;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.pod.ProbeSpec;
import java.io.IOException;

/** Tries a probe once, which takes at most its timeout. Thread-safe. */
public final class Prober {
  private final ExecProbe execs;

  /** Probes by a program need somebody who runs it. */
  public Prober(ExecProbe execs) {
    this.execs = execs;
  }

  /** Tries an instance that has no address of its own, else as the other. */
  public String probe(InstanceSpec spec, ProbeSpec probe) {
    return probe(spec, "", probe);
  }

  /**
   * Tries.
   *
   * @param spec the instance with its ports chosen
   * @param address the instance's own, or empty
   * @return what is wrong in one line, or empty if it is well
   */
  public String probe(InstanceSpec spec, String address, ProbeSpec probe) {
    int timeoutMillis = probe.timeout() * 1000;
    ProbeSpec.Handler handler = probe.handler();
    if (handler instanceof ProbeSpec.Http http) {
      return HttpProbe.probe(
          ProbeTarget.of(spec, address, http.host(), http.port()), http, timeoutMillis);
    }
    if (handler instanceof ProbeSpec.Tcp tcp) {
      return TcpProbe.probe(
          ProbeTarget.of(spec, address, tcp.host(), tcp.port()), tcp.send(), timeoutMillis);
    }
    try {
      int code = execs.exec(spec, ((ProbeSpec.Exec) handler).command(), timeoutMillis);
      return code == 0 ? "" : "exec probe failed with exit code " + code;
    } catch (IOException e) {
      return "exec probe failed: " + e.getMessage();
    }
  }
}
