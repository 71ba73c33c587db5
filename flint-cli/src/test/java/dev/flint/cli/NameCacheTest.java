package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shell has asked in the background, while a name is typed that nobody has confirmed. */
class NameCacheTest {
  private static final String HEADER = PasswordRegistry.header("user", "secret");

  @TempDir Path folder;

  @Test
  void aPasswordOfTheEnvironmentGoesToTheRegistryItIsForOnly() throws Exception {
    try (PasswordRegistry registry = new PasswordRegistry("user", "secret")) {
      Cli user = new Cli(folder).with("FLINT_USERNAME", "user").with("FLINT_PASSWORD", "secret");
      ask(user, registry);
      assertEquals(List.of(), registry.shown());
      ask(user.with("FLINT_REGISTRY", registry.host()), registry);
      assertEquals(List.of(HEADER), registry.shown());
    }
  }

  @Test
  void noHelperIsStarted() throws Exception {
    Path started = folder.resolve("started");
    Path helper = Files.createDirectory(folder.resolve("bin")).resolve("docker-credential-spy");
    Files.writeString(helper, "#!/bin/sh\n: >" + started + "\n");
    assertEquals(true, helper.toFile().setExecutable(true));
    Path config = Files.createDirectory(folder.resolve(".docker")).resolve("config.json");
    Files.writeString(config, "{\"credsStore\":\"spy\"}");
    try (PasswordRegistry registry = new PasswordRegistry("user", "secret")) {
      Cli user = new Cli(folder).with("PATH", helper.getParent() + ":/usr/bin:/bin");
      ask(user, registry);
      assertFalse(Files.exists(started));
      user.run("tags", registry.host() + "/demo/app").fails(5);
      assertEquals(true, Files.exists(started), "it would work");
    }
  }

  private void ask(Cli user, PasswordRegistry registry) {
    Path file = folder.resolve("names");
    user.run("name-cache", "tags", registry.host() + "/demo/app", file.toString());
    assertFalse(Files.exists(file), "no tags were told");
  }
}
