package dev.flint.cli;

import dev.flint.registry.testing.DockerRegistry;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Docker's registry lists no referrers: there the index at the tag has to do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DockerRegistryVerbsIT extends RegistryVerbsContract {
  private @Nullable DockerRegistry registry;
  private String host = "";

  @BeforeAll
  void start(@TempDir Path data) {
    DockerRegistry started = DockerRegistry.start(data);
    registry = started;
    host = started.host();
  }

  @AfterAll
  void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @Override
  String host() {
    return host;
  }
}
