package dev.flint.registry.server;

import dev.flint.registry.testing.DockerRegistry;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Docker's registry keeps the contract too, so the contract is not just what we do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DockerRegistryContractIT extends RegistryContract {

  private @Nullable DockerRegistry docker;
  private RawRegistry raw;

  @BeforeAll
  void start(@TempDir Path folder) {
    DockerRegistry started = DockerRegistry.start(folder);
    docker = started;
    raw = new RawRegistry(started.address());
  }

  @AfterAll
  void stop() {
    if (docker != null) {
      docker.close();
    }
  }

  @Override
  RawRegistry registry() {
    return raw;
  }
}
