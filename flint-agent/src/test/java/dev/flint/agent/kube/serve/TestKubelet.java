package dev.flint.agent.kube.serve;

import dev.flint.agent.http.AgentView;
import dev.flint.agent.http.TestAgent;
import dev.flint.agent.kube.api.ApiAccess;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.Credential;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Grant;
import dev.flint.agent.kube.testing.User;
import dev.flint.oci.pem.CredulousTrust;
import dev.flint.oci.pem.Pem;
import dev.flint.registry.server.SettableClock;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The kubelet API of an agent that runs nothing, beside a fake API server, at which whoever shows
 * the token {@code t-NAME} is NAME.
 */
final class TestKubelet implements Closeable {
  static final String NODE = "node1";
  static final String SERVER = "kube-apiserver-kubelet-client";

  final TestAgent agent;
  final FakeApiServer api;
  final SettableClock clock = new SettableClock();
  final List<String> warnings = new CopyOnWriteArrayList<>();
  private final ApiClient client;
  private final KubeletServer server;
  private final HttpClient anybody;

  TestKubelet(Path folder, KubeletTls tls, Optional<Pem> clients) throws IOException {
    this(folder, tls, clients, new TestAgent(folder), Optional.empty());
  }

  /**
   * One beside an agent that it closes.
   *
   * @param programs instead of what the agent itself would start
   */
  TestKubelet(
      Path folder,
      KubeletTls tls,
      Optional<Pem> clients,
      TestAgent agent,
      Optional<Programs> programs)
      throws IOException {
    anybody = client(null);
    // Later than whatever certificate a test makes.
    clock.advance(Duration.between(clock.instant(), Instant.now()).plusHours(1));
    this.agent = agent;
    api = FakeApiServer.start();
    api.users().token("t-agent", User.node(NODE));
    client =
        new ApiClient(
            new ApiAccess(
                URI.create(api.url()), Optional.empty(), true, "", new Credential.Token("t-agent")),
            "test");
    server =
        KubeletServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            tls,
            new KubeletAuth(client, NODE, clients, clock, warnings::add),
            client,
            new AgentView(
                agent.supervisor,
                agent.pods,
                TestAgent.HOST,
                folder,
                Path.of("/proc"),
                Clock.systemUTC()),
            programs.orElse(Programs.of(agent.supervisor)));
  }

  /**
   * One that makes its own certificate, and knows whom an authority vouches for.
   *
   * @param pki where the certificate is kept, for further ones too
   */
  static TestKubelet start(Path folder, Path pki, Optional<Pem> clients) throws IOException {
    KubeletTls tls = KubeletTls.own(pki, List.of(NODE), List.of("127.0.0.1"), Instant.now());
    return new TestKubelet(folder, tls, clients);
  }

  int port() {
    return server.address().getPort();
  }

  /** Has a token known. */
  void know(String name) {
    api.users().token("t-" + name, new User(name, List.of("testers")));
  }

  /** Has somebody allowed something of nodes. */
  void allow(String name, String verb, String... subresources) {
    for (String subresource : subresources) {
      api.reviews().allow(name, new Grant("", "nodes/" + subresource, verb));
    }
  }

  /** Has a token known whose owner may do everything. */
  void admit(String name) {
    know(name);
    allow(name, "get", "proxy", "metrics", "stats");
    allow(name, "create", "proxy");
  }

  /** How often the API server was asked for reviews of a kind. */
  int reviews(String plural) {
    return api.log().all("POST", "/" + plural).size();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(60));
  }

  HttpResponse<String> get(String path, String token) throws Exception {
    HttpRequest.Builder request = request(path);
    return send(token.isEmpty() ? request : request.header("Authorization", "Bearer " + token));
  }

  HttpResponse<String> post(String path, String token) throws Exception {
    return send(
        request(path).header("Authorization", "Bearer " + token).POST(BodyPublishers.noBody()));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return anybody.send(request.build(), BodyHandlers.ofString());
  }

  /** As whoever has a certificate. */
  HttpResponse<String> get(String path, KeyManager[] own) throws Exception {
    return client(own).send(request(path).build(), BodyHandlers.ofString());
  }

  static HttpClient client(KeyManager @Nullable [] own) throws IOException {
    return HttpClient.newBuilder().sslContext(context(own)).build();
  }

  /** As the API server, which does not look at what a kubelet shows. */
  static SSLContext context(KeyManager @Nullable [] own) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own, new TrustManager[] {new CredulousTrust()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Listens no more. */
  void stop() {
    server.close();
  }

  @Override
  public void close() throws IOException {
    server.close();
    client.close();
    api.close();
    agent.close();
  }
}
