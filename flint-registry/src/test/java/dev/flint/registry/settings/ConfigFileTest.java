package dev.flint.registry.settings;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  @TempDir Path folder;

  private ConfigFile read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), text, StandardCharsets.UTF_8);
    return ConfigFile.find(Map.of("FLINT_CONFIG", file.toString()), folder);
  }

  @Test
  void knowsEveryKey() throws IOException {
    ConfigFile config =
        read(
            """
            # The link of this site
            limit-rate: 2M
            min-rate: 0
            stall-timeout: 30
            registries:
              Registry.Example:5000:
                plain-http: false
                ca-file: ca.pem
                cert: /etc/flint/us.pem
                key: /etc/flint/us.key
                insecure-skip-verify: true
                http2: true
                auth-realm: https://auth.example/token
                mirrors: [localhost:5000, 'mirror.example/hub']
                upload: chunked
                chunk-size: 8M
                limit-rate: 500k
              '[::1]:5000': {plain-http: true}
              registry-1.docker.io: {mirrors: []}
            """);
    assertEquals(
        new LinkSettings(Optional.of(new Rate(2 << 20)), Duration.ofSeconds(30), new Rate(0)),
        config.link());
    assertEquals(
        new HostSettings(
            Optional.of(false),
            new TlsSettings(
                List.of(folder.resolve("ca.pem")),
                Optional.of(
                    new ClientIdentity(Path.of("/etc/flint/us.pem"), Path.of("/etc/flint/us.key"))),
                false,
                true),
            Optional.of(new AuthRealm("auth.example")),
            List.of(new Mirror("localhost:5000", ""), new Mirror("mirror.example", "hub")),
            UploadMode.CHUNKED,
            OptionalLong.of(8 << 20),
            Optional.of(new Rate(500 << 10))),
        config.hosts().get("registry.example:5000"));
    assertEquals(
        Optional.of(true),
        config.hosts().getOrDefault("[::1]:5000", HostSettings.DEFAULT).plainHttp());
    assertEquals(HostSettings.DEFAULT, config.hosts().get("docker.io"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "# nothing\n", "~\n", "{}\n", "registries: {}\n", "registries: {a.b: {}}"})
  void mayHoldNothing(String text) throws IOException {
    assertEquals(LinkSettings.DEFAULT, read(text).link());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit: 1 | 1 | unknown key limit",
        "limit-rate: fast | 1 | not a rate",
        "limit-rate: | 1 | limit-rate is not plain text",
        "limit-rate: 1.5 | 1 | limit-rate is not plain text",
        "limit-rate: ''  | 1 | limit-rate is empty",
        "stall-timeout: 0 | 1 | not 1 to 86400 seconds",
        "min-rate: 1\\nmin-rate: 2 | 2 | min-rate is given twice",
        "[] | 1 | the file is not a map",
        "text | 1 | the file is not a map",
        "registries: [] | 1 | registries is not a map",
        "registries:\\n  a.b: | 2 | a.b is not a map",
        "registries:\\n  a.b/c: {} | 2 | is not a registry",
        "registries:\\n  https://a.b: {} | 2 | is not a registry",
        "registries:\\n  a.b:\\n    plain-http: 'yes' | 3 | plain-http is neither true nor false",
        "registries:\\n  a.b:\\n    plain_http: true | 3 | unknown key plain_http; known are plain-http,",
        "registries:\\n  a.b:\\n    mirrors: c.d | 3 | mirrors is not a list",
        "registries:\\n  a.b:\\n    mirrors: [c] | 3 | not a mirror",
        "registries:\\n  a.b:\\n    mirrors: [[c.d]] | 3 | mirrors is not plain text",
        "registries:\\n  a.b:\\n    cert: x | 3 | cert and key go together",
        "registries:\\n  a.b:\\n    upload: fast | 3 | neither auto, monolithic nor chunked",
        "registries:\\n  a.b:\\n    chunk-size: 0 | 3 | no bytes at all",
        "registries:\\n  a.b:\\n    auth-realm: http://x/y | 3 | not a host",
        "registries:\\n  a.b: {}\\n  A.b: {} | 3 | A.b is given twice",
        "registries:\\n  a.b: &x {}\\n  c.d: *x | 2 | anchors, aliases and tags",
        "registries: !!map {} | 1 | anchors, aliases and tags",
        "min-rate: 1\\n---\\nmin-rate: 2 | 3 | more than one document",
        "min-rate: [1 | 1 | min-rate is not plain text",
        "\\t- x | 1 | not YAML",
      })
  void saysWhereAndWhatIsWrong(String text, int line, String why) {
    FlintException e =
        assertFails(ErrorCode.USAGE, () -> read(text.replace("\\n", "\n").replace("\\t", "\t")));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("c.yaml line " + line + ": "), message);
    assertTrue(message.contains(why), message);
  }

  @Test
  void isBounded() {
    assertFails(ErrorCode.POLICY, () -> read("#" + "x".repeat(1 << 20)));
    assertFails(ErrorCode.USAGE, () -> read("registries: " + "[".repeat(100_000)));
  }

  @Test
  void isFoundWhereTheVariablesSay() throws IOException {
    assertSame(ConfigFile.EMPTY, ConfigFile.find(Map.of(), folder));
    Path usual = Files.createDirectories(folder.resolve(".config/flint")).resolve("config.yaml");
    Files.writeString(usual, "min-rate: 1");
    assertEquals(1, ConfigFile.find(Map.of(), folder).link().minRate().bytesPerSecond());
    Path xdg = Files.createDirectories(folder.resolve("xdg/flint")).resolve("config.yaml");
    Files.writeString(xdg, "min-rate: 2");
    Map<String, String> env = Map.of("XDG_CONFIG_HOME", folder.resolve("xdg").toString());
    assertEquals(2, ConfigFile.find(env, folder).link().minRate().bytesPerSecond());
  }

  @Test
  void mustBeThereIfTheUserNamesIt() {
    Map<String, String> env = Map.of("FLINT_CONFIG", folder.resolve("none").toString());
    assertFails(ErrorCode.LOCAL_IO, () -> ConfigFile.find(env, folder));
  }
}
