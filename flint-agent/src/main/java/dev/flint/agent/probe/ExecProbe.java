package dev.flint.agent.probe;

import dev.flint.agent.instance.InstanceSpec;
import java.io.IOException;
import java.util.List;

/** Runs a program beside the one of an instance. Thread-safe. */
public interface ExecProbe {
  /**
   * How one ended.
   *
   * @param output if it failed, the beginning of what it wrote, as it is
   */
  record End(int code, String output) {}

  /**
   * Runs it to its end.
   *
   * @throws dev.flint.oci.error.FlintException UNSUPPORTED for an instance that cannot, such as a
   *     guest
   * @throws IOException if it could not be started or took longer; it has ended then
   */
  End exec(InstanceSpec spec, List<String> command, int timeoutMillis) throws IOException;
}
