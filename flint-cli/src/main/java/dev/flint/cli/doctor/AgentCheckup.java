package dev.flint.cli.doctor;

import dev.flint.agent.StateFolder;
import dev.flint.agent.backend.Finding;
import dev.flint.agent.control.ControlClient;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** The agent of the user, which runs what was started in the background. */
public record AgentCheckup(StateFolder state) implements Checkup {
  @Override
  public String subject() {
    return "agent";
  }

  @Override
  public List<Finding> look() throws IOException {
    Optional<ControlClient> agent = ControlClient.connect(state.socket());
    if (agent.isEmpty()) {
      String rest = Files.exists(state.root()) ? ", state in " + state.root() : "";
      return List.of(Finding.ok(subject(), "not running; started when needed" + rest));
    }
    try (ControlClient client = agent.get()) {
      client.ask(JsonObject.empty().with("op", "ping"));
      return List.of(Finding.ok(subject(), "running, state in " + state.root()));
    }
  }
}
