package dev.flint.agent.probe;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.pod.ProbeSpec;
import dev.flint.oci.error.Printable;
import java.io.IOException;
import java.util.Optional;

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

  /** As the other; empty if it could not be tried, by a mistake or for want of memory. */
  public Optional<String> attempt(InstanceSpec spec, String address, ProbeSpec probe) {
    try {
      return Optional.of(probe(spec, address, probe));
    } catch (RuntimeException | OutOfMemoryError e) {
      // As with a kubelet that says nothing of the container.
      return Optional.empty();
    }
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
    String kind = "exec";
    try {
      if (handler instanceof ProbeSpec.Http http) {
        kind = "http";
        ProbeTarget target = ProbeTarget.of(spec, address, http.host(), http.port());
        return HttpProbe.probe(target, http, timeoutMillis);
      }
      if (handler instanceof ProbeSpec.Tcp tcp) {
        kind = "tcp";
        ProbeTarget target = ProbeTarget.of(spec, address, tcp.host(), tcp.port());
        return TcpProbe.probe(target, tcp.send(), timeoutMillis);
      }
      ExecProbe.End end = execs.exec(spec, ((ProbeSpec.Exec) handler).command(), timeoutMillis);
      String said = end.output().isEmpty() ? "" : ": " + Printable.of(end.output());
      return end.code() == 0 ? "" : "exec probe failed with exit code " + end.code() + said;
    } catch (IOException e) {
      return kind + " probe failed: " + e.getMessage();
    }
  }
}
