package dev.flint.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.control.ControlClient;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentLauncherTest {
  @TempDir Path folder;

  /** Says that it is ready, and counts. */
  private Path program() throws IOException {
    Path program = folder.resolve("agent");
    String script = "#!/bin/sh\necho started >> " + folder + "/starts\necho ready\n";
    Files.writeString(program, script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program;
  }

  @Test
  void anAgentThatEndsAsOneConnectsIsStartedAgain() throws Exception {
    Path runtime = Files.createDirectory(folder.resolve("run"));
    StateFolder state =
        StateFolder.of(folder.resolve("state"), Map.of("XDG_RUNTIME_DIR", runtime.toString()));
    state.create();
    AgentLauncher launcher = new AgentLauncher(state, List.of(program().toString()));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(state.socket()));
      CompletableFuture<Void> agents =
          CompletableFuture.runAsync(() -> serve(server), work -> new Thread(work).start());
      try (ControlClient client = launcher.connect()) {
        assertEquals("second", client.ask(JsonObject.empty()).requiredString("agent"));
      }
      agents.get(30, TimeUnit.SECONDS);
    }
    assertEquals("started\n", Files.readString(folder.resolve("starts")));
  }

  /** The first client meets an agent that ends, the second one another. */
  private static void serve(ServerSocketChannel server) {
    try {
      server.accept().close();
      try (SocketChannel second = server.accept()) {
        ByteBuffer request = ByteBuffer.allocate(4096);
        while (second.read(request.clear()) >= 0) {
          second.write(
              ByteBuffer.wrap("{\"agent\":\"second\"}\n".getBytes(StandardCharsets.UTF_8)));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
