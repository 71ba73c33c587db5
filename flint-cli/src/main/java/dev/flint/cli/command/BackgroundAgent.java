package dev.flint.cli.command;

import dev.flint.agent.StateFolder;
import dev.flint.agent.control.ControlClient;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** An agent that commands started for a folder of their own; its one instance ends with it. */
record BackgroundAgent(Context context, Path home, String instance) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    StateFolder state = StateFolder.of(home.resolve("agent"), context.env());
    Optional<ControlClient> agent = ControlClient.connect(state.socket());
    if (agent.isPresent()) {
      try (ControlClient running = agent.get()) {
        remove(running);
        running.ask(JsonObject.empty().with("op", "shutdown"));
        running.awaitEnd();
      }
    }
  }

  private void remove(ControlClient agent) throws IOException {
    try {
      agent.ask(JsonObject.empty().with("op", "remove").with("id", instance).with("force", true));
    } catch (FlintException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
    }
  }
}
