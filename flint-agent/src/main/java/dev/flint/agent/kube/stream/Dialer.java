package dev.flint.agent.kube.stream;

import java.io.IOException;
import java.net.Socket;

/** Reaches the ports of one pod. */
@FunctionalInterface
public interface Dialer {
  /**
   * Connects.
   *
   * @param port as the pod knows it
   * @throws dev.flint.oci.error.FlintException UNSUPPORTED if nothing leads there
   */
  Socket dial(int port) throws IOException;
}
