package dev.flint.agent;

import dev.flint.agent.control.ControlClient;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Starts an agent in the background where none is running. It ends by itself when it is idle. */
public final class AgentLauncher {
  private static final String READY = "ready";

  /** For another agent that has the lock and does not listen yet, or not any more. */
  private static final int LOOKS = 30;

  private static final int STARTS = 3;
  private static final JsonObject PING = JsonObject.empty().with("op", "ping");

  private static final long PAUSE_NANOS = 100_000_000;

  private final StateFolder state;
  private final List<String> program;

  /**
   * Starts agents of a state folder.
   *
   * @param program and the arguments that make it an agent
   */
  public AgentLauncher(StateFolder state, List<String> program) {
    this.state = state;
    this.program = List.copyOf(program);
  }

  /** Connects to the agent, which is started if there is none, or if it is just ending. */
  public ControlClient connect() throws IOException {
    Optional<ControlClient> there = answering();
    for (int i = 0; there.isEmpty() && i < STARTS; i++) {
      start();
      there = answering();
      // Also if it ended: another one may have been faster.
      for (int look = 0; there.isEmpty() && look < LOOKS; look++) {
        LockSupport.parkNanos(PAUSE_NANOS);
        there = answering();
      }
    }
    return there.orElseThrow(
        () ->
            new FlintException(
                ErrorCode.LOCAL_IO,
                "the agent did not start",
                "its last words are in " + state.log()));
  }

  /** One that answers once does not end by itself as long as we are connected. */
  private Optional<ControlClient> answering() throws IOException {
    Optional<ControlClient> there = ControlClient.connect(state.socket());
    if (there.isEmpty()) {
      return there;
    }
    try {
      there.get().ask(PING);
      return there;
    } catch (IOException e) {
      there.get().close();
      return Optional.empty();
    }
  }

  /** What a started agent says on its standard output when it listens, for {@link #connect}. */
  public static String readyLine() {
    return READY;
  }

  private void start() throws IOException {
    state.create();
    List<String> command = new ArrayList<>();
    // A session of its own, so that what the terminal tells us is not told to it.
    for (String place : List.of("/usr/bin/setsid", "/bin/setsid")) {
      if (command.isEmpty() && Files.isExecutable(Path.of(place))) {
        command.add(place);
      }
    }
    command.addAll(program);
    command.addAll(List.of("--state", state.root().toString(), "--on-demand"));
    Process process =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectError(ProcessBuilder.Redirect.appendTo(state.log().toFile()))
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      String line = said.readLine();
      while (line != null && !line.equals(READY)) {
        line = said.readLine();
      }
    }
  }
}
