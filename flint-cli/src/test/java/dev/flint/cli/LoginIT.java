package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.registry.testing.DockerRegistrySettings;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins that Flint makes are good for skopeo, and the reverse, at a registry with passwords. */
class LoginIT {
  private static final String PASSWORD = "p:w";

  @TempDir Path folder;
  private DockerRegistry registry;
  private Cli user;
  private Path file;
  private String reference;

  @BeforeEach
  void start() throws IOException {
    registry =
        DockerRegistry.start(
            folder.resolve("registry"),
            new DockerRegistrySettings().password(folder.resolve("registry")));
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    file = folder.resolve("auth.json");
    reference = registry.host() + "/demo/x:1";
    Path disk = folder.resolve("disk.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
    user.run("import", "--disk", disk.toString(), reference).ok();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private Command.Result skopeo(String verb, String... more) {
    String[] words = new String[more.length + 5];
    System.arraycopy(
        new String[] {"skopeo", verb, "--tls-verify=false", "--authfile", file.toString()},
        0,
        words,
        0,
        5);
    System.arraycopy(more, 0, words, 5, more.length);
    return Command.run((Object[]) words);
  }

  @Test
  void flintReadsTheFileThatSkopeoLoginWrites() throws IOException {
    user.run("push", reference, "--authfile", file.toString()).fails(5);
    skopeo("login", "-u", "user", "-p", PASSWORD, registry.host()).ok();
    user.run("push", reference, "--authfile", file.toString()).ok();
    user.run("push", reference).fails(5);
    user.with("REGISTRY_AUTH_FILE", file.toString()).run("pull", reference).ok();
    String shown = user.run("auth", "explain", reference).ok();
    assertTrue(shown.contains("password of user"), shown);
    assertEquals(
        "Removed login credentials for " + registry.host(),
        user.run("logout", registry.host()).ok());
    assertTrue(skopeo("login", "--get-login", registry.host()).exit() != 0);
  }

  @Test
  void flintReadsTheEntryOfANamespace() {
    skopeo("login", "-u", "user", "-p", PASSWORD, registry.host() + "/demo").ok();
    user.with("REGISTRY_AUTH_FILE", file.toString());
    String inside = user.run("auth", "explain", reference).out();
    assertTrue(inside.contains("password of user"), inside);
    String outside = user.run("auth", "explain", registry.host() + "/other/x").out();
    assertTrue(outside.contains("nothing for this registry"), outside);
  }

  @Test
  void skopeoUsesTheFileThatFlintLoginWrites() throws IOException {
    user.runWith(
            "wrong",
            "login",
            registry.host(),
            "-u",
            "user",
            "--password-stdin",
            "--authfile",
            file + "")
        .fails(5);
    assertFalse(Files.exists(file));
    user.runWith(
            PASSWORD,
            "login",
            registry.host(),
            "-u",
            "user",
            "--password-stdin",
            "--authfile",
            file + "")
        .ok();
    assertEquals("user", skopeo("login", "--get-login", registry.host()).ok().out().strip());
    user.run("push", reference, "--authfile", file.toString()).ok();
    skopeo("inspect", "--raw", "docker://" + reference).ok();
    skopeo("logout", registry.host()).ok();
    user.run("pull", reference, "--authfile", file.toString()).fails(5);
  }
}
