package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.console.Console;
import dev.flint.oci.Digest;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands about a registry print, and what they never do, whatever it answers. */
class RegistryVerbsTest {
  private static final byte[] INDEX =
      utf8("{\"schemaVersion\":2,\"annotations\":{\"k\":\"\u009b31m\"},\"manifests\":[]}");

  @TempDir Path folder;
  private Cli user;

  @BeforeEach
  void user() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Runs a command whose results go to a terminal. */
  private Cli.Result onTerminal(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            80,
            true);
    int exit = Flint.run(console, Map.of("HOME", folder.toString()), args);
    return new Cli.Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aBlobDoesNotGoToATerminal() throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.reply(200, "", INDEX))) {
      onTerminal("blob", "get", server.host() + "/r@" + Digest.sha256(INDEX)).fails(2);
      assertEquals(List.of(), server.requests());
    }
  }

  @Test
  void aManifestIsEscapedOnATerminalOnly() throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.reply(200, "", INDEX))) {
      String reference = server.host() + "/r:t";
      String shown = onTerminal("manifest", "get", reference).ok();
      assertTrue(shown.contains("\\u009B31m") && !shown.contains("\u009b"), shown);
      assertArrayEquals(INDEX, utf8(user.run("manifest", "get", reference).out()));
    }
  }

  @Test
  void aDamagedBlobIsAFailureAndNoFile() throws IOException {
    byte[] bytes = new byte[300_000];
    Digest digest = Digest.sha256(bytes);
    bytes[299_999] = 1;
    try (FaultServer server = FaultServer.start(x -> x.reply(200, "", bytes))) {
      String blob = server.host() + "/r@" + digest;
      assertEquals(8, user.run("blob", "get", blob).exit());
      Path file = folder.resolve("blob");
      user.run("blob", "get", blob, "--to", file.toString()).fails(8);
      assertFalse(Files.exists(file));
    }
  }

  @Test
  void readsAManifestFromStandardInput() throws IOException {
    InputStream before = System.in;
    try (RegistryServer registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("r"))) {
      AtomicBoolean closed = new AtomicBoolean();
      System.setIn(
          new ByteArrayInputStream(INDEX) {
            @Override
            public void close() {
              closed.set(true);
            }
          });
      String reference = "localhost:" + registry.address().getPort() + "/x/y:1";
      String digest = user.run("manifest", "put", reference, "-").ok();
      assertEquals(Digest.sha256(INDEX).toString(), digest);
      assertEquals(digest, user.run("digest", reference).ok());
      assertFalse(closed.get(), "it is the process's, not the command's");
    } finally {
      System.setIn(before);
    }
  }

  /** C35: shown aside, harmless, and not at all when quiet. */
  @Test
  void whatARegistryWarnsOfIsNoResult() throws IOException {
    byte[] tags = utf8("{\"tags\":[\"1\",\"\\u001b[2J\"]}");
    try (FaultServer server =
        FaultServer.start(
            x -> x.reply(200, "Warning: 299 - \"moves \\\"soon\\\" \u202e\"", tags))) {
      Cli.Result result = user.run("tags", server.host() + "/r");
      assertEquals("1", result.ok());
      assertTrue(result.err().contains("warns: moves \"soon\""), result.err());
      assertTrue(result.err().contains("left out 1 names"), result.err());
      assertFalse(result.err().contains("\u202e"), result.err());
      assertEquals("", user.run("-q", "tags", server.host() + "/r").err());
    }
  }

  @Test
  void saysThatARegistryListsNoRepositories() throws IOException {
    try (FaultServer server =
        FaultServer.start(x -> x.reply(404, "Content-Type: text/plain", utf8("no\n")))) {
      String error = user.run("repos", server.host()).fails(4).err();
      assertTrue(error.contains("does not list its repositories"), error);
    }
  }

  /** A registry with one manifest, which lists no tags. */
  private static void withoutList(Exchange x, int deleted) throws IOException {
    if (x.method().equals("DELETE")) {
      x.reply(deleted, "", new byte[0]);
    } else if (x.target().contains("/manifests/")) {
      x.reply(200, "Docker-Content-Digest: " + Digest.sha256(INDEX), INDEX);
    } else {
      x.reply(403, "", new byte[0]);
    }
  }

  @Test
  void deletesAlsoWhereTagsAreNotListed() throws IOException {
    try (FaultServer server = FaultServer.start(x -> withoutList(x, 202))) {
      String name = server.host() + "/r";
      Cli.Result result = user.run("manifest", "delete", name + ":t");
      assertEquals(name + "@" + Digest.sha256(INDEX), result.ok());
      assertTrue(result.err().contains("every tag"), result.err());
    }
  }

  @Test
  void saysThatARegistryDoesNotDelete() throws IOException {
    try (FaultServer server = FaultServer.start(x -> withoutList(x, 405))) {
      String error = user.run("-q", "manifest", "delete", server.host() + "/r:t").fails(6).err();
      assertTrue(error.contains("does not let clients delete"), error);
    }
  }
}
