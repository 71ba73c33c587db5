package dev.flint.registry.server;

import dev.flint.oci.Reference;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.registry.testing.DockerRegistrySettings;
import dev.flint.registry.testing.FileServer;
import dev.flint.registry.testing.JwtMint;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.registry.testing.TokenServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** A registry with an image in it, and the clients that may work with it. */
final class Peer implements AutoCloseable {
  private static final String USER = "user";
  private static final String PASSWORD = "p:w";
  private static final String BASIC = "Basic dXNlcjpwOnc=";

  /** The image is here, under the tag {@code 1}. */
  static final String REPOSITORY = "seeded/image";

  final TestImage image;
  private final Path folder;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private Optional<Path> trusted = Optional.empty();
  private boolean login;
  private boolean seeded;
  private boolean fixed;
  private String host = "";
  private int clients;

  Peer(Path folder, TestImage image) {
    this.folder = folder;
    this.image = image;
  }

  /** A name in the registry. */
  Reference at(String name) {
    return Reference.parse(host + "/" + name);
  }

  /** The name of the image. */
  Reference seeded() {
    return at(REPOSITORY + ":1");
  }

  /** Whether it takes anything. */
  boolean isFixed() {
    return fixed;
  }

  /** Somebody with an empty store who knows what there is to know. */
  TestClient client() throws IOException {
    TestClient client = new TestClient(folder.resolve("client" + clients++));
    if (trusted.isPresent()) {
      client.plainHttp(false).trusting(trusted.get());
    }
    return login ? client.login(host, USER, PASSWORD) : client;
  }

  /** Docker's. */
  void docker(DockerRegistrySettings settings) {
    docker("registry", settings);
  }

  private void docker(String name, DockerRegistrySettings settings) {
    DockerRegistry registry = DockerRegistry.start(folder.resolve(name), settings);
    parts.push(registry);
    host = registry.host();
  }

  /** Ours. */
  void flint(ServerSettings settings) throws IOException {
    flint("registry", settings);
  }

  private void flint(String name, ServerSettings settings) throws IOException {
    EmbeddedRegistry registry = new EmbeddedRegistry(folder.resolve(name), settings);
    parts.push(registry);
    host = registry.host();
  }

  void dockerWithTls() throws IOException {
    docker(new DockerRegistrySettings().tls(certificate()));
  }

  void flintWithTls() throws IOException {
    TestCertificate shown = certificate();
    flint(ServerSettings.OPEN.withTls(ServerTls.fromPem(shown.certificate(), shown.key())));
  }

  private TestCertificate certificate() throws IOException {
    TestCertificate made = TestCertificate.create(folder.resolve("tls"), "IP:127.0.0.1");
    trusted = Optional.of(made.pem());
    return made;
  }

  void dockerWithPassword() throws IOException {
    login = true;
    docker(new DockerRegistrySettings().password(folder));
  }

  void flintWithPassword() throws IOException {
    login = true;
    Path file = Htpasswd.write(folder.resolve("users"), Htpasswd.ACCOUNT);
    flint(ServerSettings.OPEN.withHtpasswd(file, false));
  }

  void dockerWithTokens() throws IOException {
    login = true;
    TestCertificate signer = TestCertificate.rsa(folder.resolve("signer"));
    TokenServer tokens = TokenServer.start(JwtMint.of(signer)).wants(BASIC);
    parts.push(tokens);
    docker(new DockerRegistrySettings().tokens(tokens, signer));
  }

  void dockerWithStorageElsewhere() throws IOException {
    login = true;
    FileServer storage = FileServer.start(DockerRegistry.data(folder.resolve("registry")));
    parts.push(storage);
    docker(new DockerRegistrySettings().password(folder).redirect(storage.url()));
  }

  void dockerReadOnly() throws IOException {
    docker(new DockerRegistrySettings());
    fix();
    close();
    docker(new DockerRegistrySettings().readOnly());
  }

  void flintReadOnly() throws IOException {
    flint(ServerSettings.OPEN);
    fix();
    close();
    flint(ServerSettings.OPEN.asReadOnly());
  }

  void dockerAsCache() throws IOException {
    docker(new DockerRegistrySettings());
    fix();
    docker("cache", new DockerRegistrySettings().cacheOf(host));
  }

  void flintAsCache() throws IOException {
    docker(new DockerRegistrySettings());
    fix();
    flint("cache", ServerSettings.OPEN.withUpstream(new Upstream(client().client(), host)));
  }

  private void fix() throws IOException {
    seed();
    fixed = true;
  }

  /** Puts the image in, if it is not there yet. */
  void seed() throws IOException {
    if (!seeded) {
      TestClient developer = client();
      image.putInto(developer.images().layout(), seeded());
      developer.push(seeded());
      seeded = true;
    }
  }

  @Override
  public void close() throws IOException {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
