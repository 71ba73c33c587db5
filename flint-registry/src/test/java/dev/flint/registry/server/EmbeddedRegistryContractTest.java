package dev.flint.registry.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The embedded registry keeps the contract. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EmbeddedRegistryContractTest extends RegistryContract {

  private RegistryServer server;
  private RawRegistry raw;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    server =
        RegistryServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder);
    raw = new RawRegistry(server.address());
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
  }

  @Override
  RawRegistry registry() {
    return raw;
  }
}
