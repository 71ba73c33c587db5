package dev.flint.registry.settings;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {
  private static final ClientIdentity US = new ClientIdentity(Path.of("us"), Path.of("key"));

  @TempDir Path folder;

  private static final Overrides OPTIONS =
      new Overrides(
          Optional.of(true),
          new TlsSettings(List.of(Path.of("ca")), Optional.of(US), false, true),
          Optional.of(new AuthRealm("auth.example")),
          List.of(new Mirror("m.example", "")),
          Optional.of(new Rate(7)),
          Optional.of(Duration.ofSeconds(9)));

  private RegistrySettings settings(Overrides overrides, Path... roots) {
    HostSettings http =
        new HostSettings(
            Optional.of(false),
            TlsSettings.DEFAULT,
            Optional.empty(),
            List.of(new Mirror("n.example", "")),
            UploadMode.CHUNKED,
            HostSettings.DEFAULT.chunkSize(),
            Optional.empty());
    return new RegistrySettings(
        new ConfigFile(LinkSettings.DEFAULT, Map.of("docker.io", http)),
        new CertsDirectories(List.of(roots)),
        overrides);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker.io", "index.docker.io", "registry-1.docker.io"})
  void dockerHubIsOneRegistry(String name) throws IOException {
    assertEquals(UploadMode.CHUNKED, settings(Overrides.NONE).named(name).upload());
  }

  @Test
  void theCommandLineOutweighsTheFile() throws IOException {
    HostSettings named = settings(OPTIONS).named("docker.io");
    assertEquals(Optional.of(true), named.plainHttp());
    assertEquals(OPTIONS.tls(), named.tls());
    assertEquals(OPTIONS.mirrors(), named.mirrors());
    assertEquals(OPTIONS.authRealm(), named.authRealm());
    assertEquals(UploadMode.CHUNKED, named.upload());
    assertEquals(
        new LinkSettings(
            Optional.of(new Rate(7)), Duration.ofSeconds(9), LinkSettings.DEFAULT.minRate()),
        settings(OPTIONS).link());
    assertEquals(
        settings(Overrides.NONE).named("docker.io").mirrors(),
        List.of(new Mirror("n.example", "")));
  }

  /** Neither for where a registry sends us, nor for its mirrors. */
  @Test
  void whatIsSaidOfANamedRegistryHoldsForNoOtherHost() throws IOException {
    TlsSettings trusting = TlsSettings.DEFAULT.trusting(List.of(Path.of("ca")));
    RegistrySettings mirrors = settings(OPTIONS).forMirrors();
    for (HostSettings other :
        List.of(settings(OPTIONS).other("x.example"), mirrors.named("x.example"))) {
      assertEquals(HostSettings.DEFAULT.tls(trusting), other);
    }
    assertEquals(settings(OPTIONS).link(), mirrors.link());
  }

  @Test
  void certificatesAreTakenFromTheFirstFolderThatIsThere() throws IOException {
    Path a = Files.createDirectories(folder.resolve("a"));
    Path b = folder.resolve("b");
    Path c = folder.resolve("c");
    for (Path root : List.of(b, c)) {
      Files.createDirectories(root.resolve("r.example:5000"));
    }
    for (String name : List.of("2.crt", "1.crt", "x.cert", "x.key", "other.pem")) {
      Files.createFile(b.resolve("r.example:5000").resolve(name));
    }
    Files.createFile(c.resolve("r.example:5000/3.crt"));
    RegistrySettings settings = settings(Overrides.NONE, a, b, c);
    Path host = b.resolve("r.example:5000");
    assertEquals(
        TlsSettings.DEFAULT
            .trusting(List.of(host.resolve("1.crt"), host.resolve("2.crt")))
            .showing(new ClientIdentity(host.resolve("x.cert"), host.resolve("x.key"))),
        settings.other("r.example:5000").tls());
    assertEquals(TlsSettings.DEFAULT, settings.other("r.example").tls());
    assertEquals(TlsSettings.DEFAULT, settings.other("..").tls());
    assertEquals(TlsSettings.DEFAULT, settings.other("../b/r.example:5000").tls());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.cert", "x.key"})
  void aCertificateWithoutItsKeyIsAnError(String name) throws IOException {
    Files.createFile(Files.createDirectories(folder.resolve("h.example")).resolve(name));
    FlintException e =
        assertFails(ErrorCode.LOCAL_IO, () -> settings(Overrides.NONE, folder).named("h.example"));
    assertTrue(String.valueOf(e.getMessage()).contains(name + " is there without"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "500K, 512000", "2m, 2097152", "1G, 1073741824"})
  void readsRatesAsCurlDoes(String text, long bytes) {
    assertEquals(bytes, Rate.parse(text).bytesPerSecond());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "K", "-1", "1.5M", "1KB", "1 K", "9999999999999", "9999999999G", "1T"})
  void refusesOtherRates(String text) {
    assertThrows(IllegalArgumentException.class, () -> Rate.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "m.example, r.example/a/b:t, m.example/a/b:t",
    "m.example:5000/p/q, r.example/a:t, m.example:5000/p/q/a:t",
    "localhost/p, r.example/a, localhost/p/a:latest",
    "m.example, docker.io/nginx:1, m.example/library/nginx:1",
    "m.example, docker.io/u/nginx:1, m.example/u/nginx:1",
    "m.example, r.example/a@sha256:0123456789012345678901234567890123456789012345678901234567890123, m.example/a@sha256:0123456789012345678901234567890123456789012345678901234567890123",
  })
  void knowsWhereAMirrorHasAnImage(Mirror mirror, Reference original, Reference place) {
    assertEquals(place, mirror.place(original));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "m",
        "https://m.example",
        "m.example/",
        "m.example/A",
        "m.example:0",
        "u@m.example",
        "m.example/a:t"
      })
  void refusesOtherMirrors(String text) {
    assertThrows(IllegalArgumentException.class, () -> Mirror.parse(text));
  }
}
