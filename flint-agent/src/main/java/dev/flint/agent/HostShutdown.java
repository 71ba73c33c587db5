package dev.flint.agent;

import dev.flint.agent.node.PodNode;
import dev.flint.agent.pod.run.PodFailure;
import dev.flint.oci.error.FlintException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What happens to pods when the whole device is shut down, not only its agent: as with a kubelet's
 * {@code shutdownGracePeriod} they are ended in good order, guests by their power button. Who only
 * stops the agent leaves them alone.
 *
 * @param grace how long they have; zero to leave them to the system
 * @param question a program that says {@code stopping} on a device that is shut down
 */
record HostShutdown(Duration grace, List<String> question) {
  private static final List<String> SYSTEMD = List.of("systemctl", "is-system-running");
  private static final int ANSWER_SECONDS = 5;

  /** A kubelet's words. */
  private static final PodFailure FAILURE =
      new PodFailure("Terminated", "Pod was terminated in response to imminent node shutdown.");

  /**
   * As options say.
   *
   * @throws FlintException USAGE if that is no time
   */
  static HostShutdown of(AgentArguments arguments) throws FlintException {
    String text = arguments.get(AgentArguments.SHUTDOWN_GRACE, "0");
    long seconds = ImageRules.seconds(AgentArguments.SHUTDOWN_GRACE, text);
    return new HostShutdown(Duration.ofSeconds(seconds), SYSTEMD);
  }

  /**
   * Ends pods, if the device is being shut down; to be called when the agent ends.
   *
   * @param leave sees to it that no more come: whoever makes pods anew would make one after the
   *     other here, each of which fails at once
   */
  void end(PodNode node, Runnable leave) throws InterruptedException {
    if (!grace.isZero() && isNow()) {
      leave.run();
      boolean unused = node.endAll(FAILURE, grace);
    }
  }

  private boolean isNow() throws InterruptedException {
    try {
      Process asked =
          new ProcessBuilder(question).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (BufferedReader answer = asked.inputReader(StandardCharsets.UTF_8)) {
        asked.getOutputStream().close();
        return asked.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)
            && "stopping".equals(answer.readLine());
      } finally {
        asked.destroyForcibly();
      }
    } catch (IOException e) {
      // A device without systemd.
      return false;
    }
  }
}
