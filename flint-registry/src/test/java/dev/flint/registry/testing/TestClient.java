package dev.flint.registry.testing;

import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.BlobShortcut;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.Transfer;
import dev.flint.registry.RegistryClient;
import dev.flint.registry.Retries;
import dev.flint.registry.RetryPolicy;
import dev.flint.registry.auth.Authorizer;
import dev.flint.registry.auth.Credential;
import dev.flint.registry.auth.CredentialSource;
import dev.flint.registry.auth.DockerConfigFile;
import dev.flint.registry.auth.RealmPins;
import dev.flint.registry.http.CaTrust;
import dev.flint.registry.http.Http;
import dev.flint.registry.settings.RegistrySettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;

/** A user of registries, who has a folder with a store and a Docker config file. */
public final class TestClient {
  private final Path folder;
  private final OciLayout layout;
  private RetryPolicy patience = RetryPolicy.USUAL;
  private final List<Duration> waits = new CopyOnWriteArrayList<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private Optional<CaTrust> trust = Optional.empty();
  private RegistrySettings settings = RegistrySettings.NONE;
  private Optional<Http> http = Optional.empty();
  private CredentialSource credentials;
  private RealmPins pins = RealmPins.NONE;
  private Clock clock = Clock.systemUTC();

  /** A user without credentials and without images. */
  public TestClient(Path folder) throws IOException {
    this.folder = folder;
    this.layout = OciLayout.openOrCreate(folder.resolve("store"));
    this.credentials = new DockerConfigFile(folder.resolve("config.json"));
  }

  /** Gives the user the password of an account. */
  public TestClient login(String host, String username, String password) throws IOException {
    String auth =
        Base64.getEncoder()
            .encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        folder.resolve("config.json"),
        "{\"auths\":{\"" + host + "\":{\"auth\":\"" + auth + "\"}}}",
        StandardCharsets.UTF_8);
    return this;
  }

  /** Gives the user a credential for every registry. */
  public TestClient credential(Credential credential) {
    credentials = (host, repository) -> Optional.of(credential);
    return this;
  }

  /** Makes the user vouch for a token server. */
  public TestClient pin(String registry, String tokenServer) {
    pins = host -> Optional.of(tokenServer).filter(server -> host.equals(registry));
    return this;
  }

  /** Gives the user another clock. */
  public TestClient clock(Clock other) {
    clock = other;
    return this;
  }

  /** Makes the user's requests go another way. */
  public TestClient via(Http other) {
    http = Optional.of(other);
    return this;
  }

  /** Makes the user trust a PEM file. */
  public TestClient trusting(Path pem) throws IOException {
    trust = Optional.of(CaTrust.fromPem(pem));
    return this;
  }

  /** Makes the user decide for or against TLS. */
  public TestClient plainHttp(boolean plain) {
    return settings(TestSettings.plainHttp(plain));
  }

  /** Gives the user more or less patience. */
  public TestClient patience(RetryPolicy policy) {
    patience = policy;
    return this;
  }

  /** Gives the user settings. */
  public TestClient settings(RegistrySettings other) {
    settings = other;
    return this;
  }

  /** The user's images. */
  public LayoutImages images() {
    return new LayoutImages(layout, Pause.NONE, BlobShortcut.NONE);
  }

  /** A new client, which has been nowhere yet. */
  public RegistryClient client() {
    Http own = http.orElseGet(() -> new Http("flint/test", trust));
    return new RegistryClient(
        own,
        new Authorizer(own, credentials, pins, clock),
        settings,
        new Retries(patience, waits::add, () -> 0.5, clock, note -> notes.add(note.line())),
        warnings::add);
  }

  /** What its clients passed on of what registries warn of. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** How long its clients waited before they tried again, in the order they did. */
  public List<Duration> waits() {
    return List.copyOf(waits);
  }

  /** What its clients said about that. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** Pushes an image that is in the store under that name. */
  public Document push(Reference reference) throws IOException {
    return copy(client(), reference, true);
  }

  /** Pushes with a client that may have been somewhere before. */
  public Document push(RegistryClient client, Reference reference) throws IOException {
    return copy(client, reference, true);
  }

  /** Pulls into the store. */
  public Document pull(Reference reference) throws IOException {
    return copy(client(), reference, false);
  }

  private Document copy(RegistryClient client, Reference reference, boolean push)
      throws IOException {
    var remote = client.repository(reference);
    Transfer transfer =
        push
            ? new Transfer(images(), remote, ProgressListener.NONE)
            : new Transfer(remote, images(), ProgressListener.NONE);
    return transfer.copy(reference, reference, Optional.empty());
  }

  /** Fails if the store has a blob, a name or a leftover. */
  public void assertHasNothing() throws IOException {
    Assertions.assertTrue(layout.index().entries().isEmpty(), "index.json names something");
    for (String part : new String[] {"blobs", ".flint/ingest", ".flint/partial"}) {
      Path inside = layout.folder().resolve(part);
      if (Files.exists(inside)) {
        try (Stream<Path> files = Files.walk(inside)) {
          Assertions.assertEquals("[]", files.filter(TestClient::isContent).toList().toString());
        }
      }
    }
  }

  private static boolean isContent(Path file) {
    return Files.isRegularFile(file) && !file.getFileName().toString().equals("lock");
  }
}
