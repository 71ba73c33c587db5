package dev.flint.cli;

import dev.flint.registry.server.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Flint's own registry keeps the list of referrers itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EmbeddedRegistryVerbsIT extends RegistryVerbsContract {
  private @Nullable RegistryServer registry;
  private String host = "";

  @BeforeAll
  void start(@TempDir Path data) throws IOException {
    RegistryServer started =
        RegistryServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), data);
    registry = started;
    host = "127.0.0.1:" + started.address().getPort();
  }

  @AfterAll
  void stop() throws IOException {
    if (registry != null) {
      registry.close();
    }
  }

  @Override
  String host() {
    return host;
  }
}
