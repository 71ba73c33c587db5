package dev.flint.agent;

import dev.flint.agent.http.AgentView;
import dev.flint.agent.http.HttpEndpoint;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Where the agent tells of itself over HTTP: where it is told to, else beside pods, else nowhere.
 * Whoever asks there has no password, and pods on the host's network can ask: those of a cluster,
 * which may be anybody's, hear of health alone unless somebody has said where they may hear more.
 */
final class HttpOption {
  /** The port that kubelets have for their health. */
  private static final String USUAL = "127.0.0.1:10248";

  private static final String NOWHERE = "none";

  private HttpOption() {}

  /**
   * Listens, if it is to.
   *
   * @param warnings is told if the usual port is taken: pods matter more
   * @throws FlintException if it cannot listen where it was told to
   */
  static Closeable start(AgentArguments arguments, AgentView view, Consumer<String> warnings)
      throws IOException {
    boolean pods = PodService.isWanted(arguments);
    String listen = arguments.get(AgentArguments.LISTEN, pods ? USUAL : NOWHERE);
    if (listen.equals(NOWHERE)) {
      return () -> {};
    }
    try {
      return tellsAll(arguments)
          ? HttpEndpoint.start(listen, view)
          : HttpEndpoint.health(listen, view);
    } catch (FlintException e) {
      if (arguments.has(AgentArguments.LISTEN) || e.code() != ErrorCode.LOCAL_IO) {
        throw e;
      }
      warnings.accept(e.getMessage() + "; " + e.remedy());
      return () -> {};
    }
  }

  /** Whether it tells of pods too. */
  static boolean tellsAll(AgentArguments arguments) {
    return arguments.has(AgentArguments.LISTEN) || !arguments.has(AgentArguments.KUBECONFIG);
  }
}
