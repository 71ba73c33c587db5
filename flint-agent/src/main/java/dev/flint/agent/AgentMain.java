package dev.flint.agent;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.qemu.Acceleration;
import dev.flint.agent.qemu.QemuBackend;
import dev.flint.agent.qemu.QemuSettings;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/** The program of the agent; without a command line library, whose classes would stay in memory. */
public final class AgentMain {
  private AgentMain() {}

  /** Runs an agent until it is asked to end, or with {@code --on-demand} has nothing to do. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  private static int run(String[] args) {
    try {
      AgentArguments arguments = AgentArguments.parse(args);
      StateFolder state = StateFolder.of(Path.of(arguments.state()), System.getenv());
      Map<String, Backend> backends = new TreeMap<>();
      QemuSettings.find(System.getenv(), Acceleration.AUTO, state.root())
          .ifPresent(qemu -> backends.put(QemuBackend.NAME, new QemuBackend(qemu)));
      try (Agent agent = Agent.start(state, backends, Clock.systemUTC(), AgentMain::say)) {
        if (arguments.onDemand()) {
          tellReady();
          agent.awaitIdle();
        } else {
          agent.awaitShutdown();
        }
      }
      return 0;
    } catch (FlintException e) {
      say(e.getMessage() + (e.remedy().isEmpty() ? "" : "; " + e.remedy()));
      return e.code().exitCode();
    } catch (IOException e) {
      say(e.toString());
      return 3;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 130;
    }
  }

  /** Whoever started us reads one line; nobody reads more. */
  private static void tellReady() {
    System.out.println(AgentLauncher.readyLine());
    System.out.close();
  }

  private static void say(String line) {
    System.err.println("flint-agent: " + line);
  }
}
