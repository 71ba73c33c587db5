package dev.flint.agent.kube.pki;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.agent.kube.api.Kubeconfig;
import dev.flint.agent.kube.testing.ClusterRole;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.OpensslSigner;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.kube.testing.ServerTls;
import dev.flint.agent.kube.testing.User;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node's certificate, with openssl as the authority that signs for the cluster. */
@Timeout(120)
class CertificateKeeperTest {
  private static final String NODE = "edge-7.lan";
  private static final String TOKEN = "abcdef.0123456789abcdef";

  /** What Kubernetes has for nodes that join ({@code system:node-bootstrapper}). */
  private static final String BOOTSTRAPPER =
      """
      kind: ClusterRole
      metadata: {name: system:node-bootstrapper}
      rules:
      - apiGroups: [certificates.k8s.io]
        resources: [certificatesigningrequests]
        verbs: [create, get, list, watch]
      """;

  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private Instant now = Instant.now();
  private Path authority;
  private Path kubeconfig;
  private Path bootstrap;
  private NodeCertificate own;
  private FakeApiServer server;
  private boolean joined;
  private Runnable begin = () -> joined = true;
  private @Nullable ApiClient client;

  @BeforeEach
  void start() throws Exception {
    TestCertificate shown = TestCertificate.issued(folder, "IP:127.0.0.1");
    authority = folder.resolve("authority");
    Path clients = authority.resolve("certificate.pem");
    server = FakeApiServer.start(ServerSettings.usual().withTls(new ServerTls(shown, clients)));
    server
        .users()
        .token(TOKEN, new User("system:bootstrap:abcdef", List.of("system:bootstrappers")));
    List<ClusterRole> roles = ClusterRole.read(BOOTSTRAPPER.getBytes(StandardCharsets.UTF_8));
    server.users().bind("system:bootstrappers", roles);
    server.users().bind("system:nodes", roles);
    kubeconfig = folder.resolve("etc/kubeconfig");
    bootstrap = folder.resolve("bootstrap");
    Files.writeString(
        bootstrap,
        """
        current-context: b
        contexts: [{name: b, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "%s", certificate-authority: %s}}]
        users: [{name: u, user: {token: %s}}]
        """
            .formatted(server.url(), clients, TOKEN));
    own = NodeCertificate.in(folder.resolve("pki"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private NodeJoin join() throws IOException {
    return NodeJoin.of(kubeconfig, Optional.of(bootstrap), own, now);
  }

  /** What happens while somebody waits; without it, whoever waits is ended. */
  private interface Event {
    void happen() throws Exception;
  }

  /** Runs a keeper until it has waited as often as something happens meanwhile. */
  private void run(NodeJoin join, Event... events) throws IOException {
    try (ApiClient api = new ApiClient(join.access(), "test")) {
      client = api;
      List<CertificateKeeper> keepers = new ArrayList<>();
      List<Event> left = new ArrayList<>(List.of(events));
      CertificateKeeper keeper =
          new CertificateKeeper(
              new CertificateKeeper.Parts(
                  join,
                  NODE,
                  api,
                  begin,
                  length -> {
                    pauses.add(length);
                    now = now.plus(length);
                    if (left.isEmpty()) {
                      keepers.get(0).close();
                    } else {
                      happen(left.remove(0));
                    }
                  },
                  () -> now,
                  said::add));
      keepers.add(keeper);
      keeper.run();
      assertEquals(List.of(), left, "all has happened");
    }
  }

  private static void happen(Event event) {
    try {
      event.happen();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void sign() {
    server.certificates().signer(new OpensslSigner(folder, authority));
  }

  private List<JsonObject> requests() {
    return server.cluster().all(Resource.CERTIFICATE_REQUESTS);
  }

  private static String name(JsonObject request) throws IOException {
    return request.object("metadata").orElseThrow().requiredString("name");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private X509Certificate certificate() {
    return own.find().orElseThrow();
  }

  @Test
  void opensslReadsTheRequest() throws Exception {
    Path file = folder.resolve("node.csr");
    Files.write(file, NodeKey.make().request(NODE));
    Command.Result read =
        Command.run("openssl", "req", "-in", file, "-noout", "-verify", "-subject", "-text").ok();
    String words = read.out() + read.err();
    assertTrue(words.toLowerCase(Locale.ROOT).contains("verify ok"), words);
    assertTrue(words.contains("O = system:nodes, CN = system:node:" + NODE), words);
    assertTrue(words.contains("NIST CURVE: P-256"), words);
    assertTrue(words.contains("ecdsa-with-SHA256"), words);
  }

  @Test
  void longElementsHaveTheirLengthInMoreBytes() {
    assertArrayEquals(new byte[] {0x30, (byte) 0x81, (byte) 0x80}, head(0x80, 3));
    assertArrayEquals(new byte[] {0x30, (byte) 0x82, 1, 4}, head(0x104, 4));
    assertArrayEquals(new byte[] {6, 3, (byte) 0x2a, (byte) 0x86, 0x48}, Der.id(1, 2, 840));
  }

  private static byte[] head(int length, int bytes) {
    return Arrays.copyOf(Der.sequence(new byte[length]), bytes);
  }

  @Test
  void aTokenBecomesACertificateThatOnlyItsOwnerReads() throws Exception {
    sign();
    NodeJoin join = join();
    assertTrue(join.joins());
    run(join);
    assertTrue(joined);
    assertEquals(List.of(), said);
    JsonObject spec = requests().get(0).object("spec").orElseThrow();
    assertEquals("kubernetes.io/kube-apiserver-client-kubelet", spec.requiredString("signerName"));
    assertEquals(List.of("digital signature", "client auth"), spec.strings("usages"));
    assertEquals("system:bootstrap:abcdef", spec.requiredString("username"));
    assertEquals("rwx------", mode(own.file().resolveSibling("")));
    assertEquals("rw-------", mode(own.file()));
    assertEquals("rw-------", mode(kubeconfig));
    assertFalse(Files.readString(kubeconfig).contains(TOKEN));
    String verified =
        Command.run(
                "openssl", "verify", "-CAfile", authority.resolve("certificate.pem"), own.file())
            .ok()
            .out();
    assertTrue(verified.endsWith(": OK\n"), verified);

    // The next start needs the other no more.
    Files.delete(bootstrap);
    NodeJoin again = NodeJoin.of(kubeconfig, Optional.empty(), own, now);
    assertFalse(again.joins());
    assertEquals(Optional.of(own), again.certificate());
    try (ApiClient api = new ApiClient(again.access(), "test")) {
      api.get(
          ApiPath.of(
              "apis",
              "certificates.k8s.io",
              "v1",
              "certificatesigningrequests",
              name(requests().get(0))));
    }
    List<LoggedRequest> all = server.log().all();
    assertEquals("system:node:" + NODE, all.get(all.size() - 1).user());
  }

  /** Also by hand, after a server that does not answer. */
  @Test
  void aRequestWaitsUntilSomebodyApprovesIt() throws Exception {
    Event nothing = () -> {};
    Event away = server::goAway;
    Event back = server::comeBack;
    Event approved =
        () -> {
          sign();
          OpensslSigner signer = new OpensslSigner(folder, authority);
          JsonObject request = requests().get(0);
          server.certificates().approve(name(request), signer.sign(request).orElseThrow());
        };
    run(join(), nothing, away, nothing, back, nothing, approved);
    assertTrue(joined);
    assertEquals(1, requests().size(), "it is asked for once");
    assertEquals(
        List.of(1L, 2L, 4L, 8L, 10L, 10L),
        pauses.stream().map(Duration::toSeconds).limit(6).toList());
    assertEquals(1, said.size(), said::toString);
    assertTrue(said.get(0).endsWith("kubectl certificate approve " + name(requests().get(0))));
  }

  @Test
  void whatIsDeniedIsAskedForAgainAfterAWhile() throws Exception {
    run(join(), () -> server.certificates().deny(name(requests().get(0))), this::sign);
    assertTrue(joined);
    assertEquals(2, requests().size());
    assertEquals(Duration.ofMinutes(10), pauses.get(1));
    assertEquals(1, said.size(), said::toString);
    assertTrue(said.get(0).contains(": Denied: a test wants it"), said::toString);
  }

  @Test
  void aRequestThatIsForgottenIsMadeAnew() throws Exception {
    run(
        join(),
        () -> {
          sign();
          server.cluster().delete(Resource.CERTIFICATE_REQUESTS, "", name(requests().get(0)));
        },
        () -> {});
    assertTrue(joined);
    assertEquals(Duration.ofSeconds(10), pauses.get(1), "not at once, for ever");
  }

  @Test
  void aRequestThatNobodyAnswersIsMadeAnewAfterAQuarterOfAnHour() throws Exception {
    List<Event> events = new ArrayList<>(Collections.nCopies(92, () -> {}));
    events.add(this::sign);
    run(join(), events.toArray(Event[]::new));
    assertTrue(joined);
    assertEquals(2, requests().size());
    long waited = pauses.stream().limit(93).mapToLong(Duration::toSeconds).sum();
    assertTrue(waited >= 900 && waited < 920, () -> waited + " s");
  }

  @Test
  void aCertificateIsRenewedByTheNodeItselfBeforeItsEnd() throws Exception {
    sign();
    run(join());
    X509Certificate first = certificate();
    byte[] config = Files.readAllBytes(kubeconfig);
    pauses.clear();
    Instant end = first.getNotAfter().toInstant();
    NodeJoin join = NodeJoin.of(kubeconfig, Optional.empty(), own, now);
    for (int look = 0; look < 150 && certificate().equals(first); look++) {
      run(join);
    }
    assertNotEquals(first, certificate());
    Duration life = Duration.between(first.getNotBefore().toInstant(), end);
    Duration left = Duration.between(now, end);
    assertTrue(left.compareTo(life.dividedBy(20)) > 0, "in time: " + left);
    assertTrue(left.compareTo(life.dividedBy(3)) < 0, "not too soon: " + left);
    Set<String> who = new HashSet<>();
    for (JsonObject request : requests()) {
      who.add(request.object("spec").orElseThrow().requiredString("username"));
    }
    assertEquals(Set.of("system:bootstrap:abcdef", "system:node:" + NODE), who);
    assertArrayEquals(config, Files.readAllBytes(kubeconfig));
    assertEquals("rw-------", mode(own.file()));
  }

  @Test
  void asksAnewAfter70To90PercentOfALife() throws Exception {
    sign();
    run(join());
    Instant begin = certificate().getNotBefore().toInstant();
    Duration life = Duration.between(begin, certificate().getNotAfter().toInstant());
    Duration first = Duration.between(begin, NodeCertificate.renewalOf(certificate(), 0));
    Duration last = Duration.between(begin, NodeCertificate.renewalOf(certificate(), 1));
    assertEquals(life.multipliedBy(7).dividedBy(10), first);
    assertEquals(life.multipliedBy(9).dividedBy(10), last);
  }

  /** Killed at the worst time: the certificate is there, and no kubeconfig. */
  @Test
  void aCertificateWithoutAKubeconfigIsNotAskedForAgain() throws Exception {
    sign();
    run(join());
    Files.delete(kubeconfig);
    NodeJoin again = join();
    assertFalse(again.joins());
    run(again);
    assertTrue(Files.exists(kubeconfig));
    assertEquals(1, requests().size());
  }

  /** The device was off for long, or its state is gone. */
  @Test
  void whatHasRunOutOrIsGoneIsAskedForByTheTokenAgain() throws Exception {
    sign();
    run(join());
    now = now.plus(Duration.ofDays(2));
    assertTrue(join().joins());
    now = Instant.now();
    assertFalse(join().joins());
    Files.delete(own.file());
    NodeJoin join = join();
    assertTrue(join.joins());
    joined = false;
    run(join);
    assertTrue(joined);
    assertTrue(own.isGood(now));
  }

  /** Then pods of files run, and the node waits for a new token or the right time. */
  @Test
  void withoutATokenTheServerIsThatOfTheKubeconfig() throws Exception {
    sign();
    run(join());
    Files.delete(bootstrap);
    now = Instant.parse("2099-01-01T00:00:00Z");
    NodeJoin ahead = join();
    assertTrue(ahead.joins());
    assertEquals(server.url(), ahead.access().server().toString());
    now = Instant.now();
    Files.delete(own.file());
    NodeJoin lost = join();
    assertTrue(lost.joins());
    assertEquals(server.url(), lost.access().server().toString());
    assertTrue(lost.access().authority().isPresent());
  }

  @Test
  void aDamagedCertificateIsAskedForAnew() throws Exception {
    sign();
    run(join());
    Files.writeString(own.file(), "nothing");
    joined = false;
    run(join());
    assertTrue(joined);
    assertTrue(own.isGood(now));
  }

  @Test
  void aKubeconfigThatCannotBeWrittenHoldsNothingUp() throws Exception {
    sign();
    Path etc = Files.createFile(kubeconfig.resolveSibling(""));
    run(join(), () -> Files.delete(etc));
    assertTrue(joined);
    assertTrue(Files.exists(kubeconfig));
    assertEquals(2, said.size(), said::toString);
    assertTrue(said.get(0).startsWith("the node's kubeconfig cannot be written: "), said.get(0));
    assertEquals("the node's kubeconfig is written", said.get(1));

    // As after a start with the certificate and without it.
    Files.delete(kubeconfig);
    Files.delete(etc);
    Files.createFile(etc);
    NodeJoin again = join();
    assertFalse(again.joins());
    run(again, () -> Files.delete(etc));
    assertTrue(Files.exists(kubeconfig));
    assertEquals(1, requests().size());
  }

  /** The node was cut off for longer than its certificate holds. */
  @Test
  void whatRunsOutMeanwhileIsAskedForByTheToken() throws Exception {
    sign();
    run(join());
    NodeJoin join = join();
    assertFalse(join.joins());
    now = certificate().getNotAfter().toInstant().plusSeconds(1);
    run(join);
    assertEquals("system:bootstrap:abcdef", lastToAsk());
    Files.delete(bootstrap);
    now = certificate().getNotAfter().toInstant().plusSeconds(1);
    run(join);
    assertEquals("system:node:" + NODE, lastToAsk());
  }

  /** By a clock that is far ahead what was just given has run out. */
  @Test
  void noMoreThanOneIsAskedForInAMinute() throws Exception {
    sign();
    NodeJoin join = join();
    now = now.plus(Duration.ofDays(3));
    run(join, () -> {}, () -> {});
    assertFalse(joined);
    assertEquals(Collections.nCopies(3, Duration.ofMinutes(1)), pauses);
    assertEquals(3, requests().size());
  }

  /** By a clock that is behind it still holds, and is due or not. */
  @Test
  void whatTheServerTakesNoMoreIsAskedForByTheToken() throws Exception {
    sign();
    run(join());
    Instant begin = certificate().getNotBefore().toInstant();
    Fault unknown = new Fault.Status(401, 0);
    run(
        join(),
        () -> {
          server.faults().next(1, "GET", "/nodes/", unknown);
          ApiPath node = ApiPath.of("api", "v1", "nodes", NODE);
          assertThrows(FlintException.class, () -> requireNonNull(client).get(node));
        });
    assertEquals(2, requests().size());
    assertEquals("system:bootstrap:abcdef", lastToAsk());

    NodeJoin join = join();
    now = begin.plus(Duration.ofHours(23));
    run(join);
    assertEquals("system:node:" + NODE, lastToAsk());
    server.faults().next(1, "POST", "/certificatesigningrequests", unknown);
    run(join);
    assertEquals("system:bootstrap:abcdef", lastToAsk());
    assertEquals(4, requests().size());
  }

  @Test
  void aNodeThatCannotBeginHasItsCertificateRenewed() throws Exception {
    sign();
    begin =
        () -> {
          throw new IllegalStateException("a mistake");
        };
    run(join(), () -> {}, () -> now = certificate().getNotAfter().toInstant().minusSeconds(60));
    assertEquals(1, said.size(), said::toString);
    assertTrue(said.get(0).endsWith("a mistake"), said.get(0));
    assertEquals(2, requests().size());
  }

  private String lastToAsk() {
    List<LoggedRequest> made = server.log().all("POST", "/certificatesigningrequests");
    return made.get(made.size() - 1).user();
  }

  /** An administrator's, with files of his own: nothing is asked for. */
  @Test
  void aKubeconfigOfSomebodyElseIsLeftAlone() throws Exception {
    Files.createDirectories(kubeconfig.resolveSibling(""));
    Files.copy(bootstrap, kubeconfig);
    NodeJoin join = join();
    assertFalse(join.joins());
    assertEquals(Optional.empty(), join.bootstrap());
    assertEquals(Optional.empty(), join.certificate());
  }

  @Test
  void aCertificateOfAnotherKeyIsNotKept() throws Exception {
    OpensslSigner signer = new OpensslSigner(folder, authority);
    server
        .certificates()
        .signer(
            request -> {
              try {
                byte[] other = NodeKey.make().request(NODE);
                String text = Base64.getEncoder().encodeToString(other);
                JsonObject spec = JsonObject.empty().with("request", text);
                return signer.sign(request.with("spec", spec));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    NodeJoin join = join();
    try (ApiClient api = new ApiClient(Kubeconfig.read(join.bootstrap().orElseThrow()), "test")) {
      CertificateOrder order = new CertificateOrder(api);
      NodeKey key = NodeKey.make();
      var given = (CertificateOrder.Given) order.look(order.place(NODE, key));
      assertThrows(FlintException.class, () -> own.keep(key, given.chain()));
    }
    assertFalse(Files.exists(own.file()));
  }
}
