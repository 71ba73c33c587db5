package dev.flint.agent;

import dev.flint.agent.control.ControlClient;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * An agent that a command started where none was, as while a service is started again. It knows
 * nothing of pods and stays as long as anything runs, so it ends for the service.
 */
final class OnDemand {
  private static final JsonObject YIELD = JsonObject.empty().with("op", "yield");

  /** For one that hangs up on its clients, or does not listen yet. */
  private static final int LOOKS = 80;

  private static final long PAUSE_NANOS = 100_000_000;

  private OnDemand() {}

  /** Has such an agent end, if there is one. Another agent, and what runs, is left alone. */
  static void makeWay(StateFolder state) throws IOException {
    for (int look = 0; look < LOOKS && state.isTaken(); look++) {
      if (!isAsked(state)) {
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Whether it ends, or nobody could be asked. */
  private static boolean isAsked(StateFolder state) {
    try {
      Optional<ControlClient> there = ControlClient.connect(state.socket());
      if (there.isPresent()) {
        try (ControlClient client = there.get()) {
          client.ask(YIELD);
        }
      }
      return true;
    } catch (FlintException e) {
      // It went away, or it is none of those.
      return e.code() == ErrorCode.NETWORK;
    } catch (IOException e) {
      // It hung up.
      return true;
    }
  }
}
