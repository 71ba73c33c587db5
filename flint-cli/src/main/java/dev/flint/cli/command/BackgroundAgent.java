package dev.flint.cli.command;

import dev.flint.agent.StateFolder;
import dev.flint.agent.control.ControlClient;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** An agent that commands started for a folder of their own, and that ends with it. */
record BackgroundAgent(Context context, Path home) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    StateFolder state = StateFolder.of(home.resolve("agent"), context.env());
    Optional<ControlClient> agent = ControlClient.connect(state.socket());
    if (agent.isPresent()) {
      try (ControlClient running = agent.get()) {
        running.ask(JsonObject.empty().with("op", "shutdown"));
        running.awaitEnd();
      }
    }
  }
}
