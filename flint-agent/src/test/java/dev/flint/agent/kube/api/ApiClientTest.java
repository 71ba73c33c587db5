package dev.flint.agent.kube.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.kube.testing.ServerTls;
import dev.flint.agent.kube.testing.User;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.pem.Pem;
import dev.flint.registry.testing.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ApiClientTest {
  private static final ApiPath NODES = ApiPath.of("api", "v1", "nodes");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private static ApiClient client(FakeApiServer server, Credential as) throws IOException {
    return new ApiClient(access(server, Optional.empty(), as), "flint/test");
  }

  private static ApiAccess access(FakeApiServer server, Optional<Pem> authority, Credential as) {
    return new ApiAccess(URI.create(server.url()), authority, true, "", as);
  }

  private static JsonObject node(String name) throws FlintException {
    return JsonObject.parse(
        ("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"" + name + "\"}}")
            .getBytes(StandardCharsets.UTF_8),
        "node");
  }

  @Test
  void makesReadsChangesAndRemoves() throws IOException {
    try (FakeApiServer server = FakeApiServer.start();
        ApiClient api = client(server, new Credential.Nobody())) {
      JsonObject made = api.create(NODES, node("one"));
      assertEquals(made, api.get(NODES.then("one")));
      JsonObject label = JsonObject.empty().withMap("labels", java.util.Map.of("a", "b"));
      api.patch(NODES.then("one"), JsonObject.empty().with("metadata", label));
      ApiFailure late = assertThrows(ApiFailure.class, () -> api.replace(NODES.then("one"), made));
      assertTrue(late.isConflict());
      api.delete(NODES.then("one"), JsonObject.empty());
      ApiFailure gone = assertThrows(ApiFailure.class, () -> api.get(NODES.then("one")));
      assertTrue(gone.isMissing());
      assertEquals(ErrorCode.NOT_FOUND, gone.code());
      assertEquals(
          "GET /api/v1/nodes/one: 404 nodes \"one\" not found", String.valueOf(gone.getMessage()));
    }
  }

  @Test
  void aListIsReadPageByPage() throws IOException {
    try (FakeApiServer server = FakeApiServer.start();
        ApiClient api = client(server, new Credential.Nobody())) {
      for (int i = 0; i < 45; i++) {
        api.create(NODES, node("n" + i));
      }
      server.log().clear();
      List<JsonObject> read = new ArrayList<>();
      String version = new Listing(api).read(NODES, item -> read.add(item.object()));
      assertEquals(45, read.size());
      assertEquals(3, server.log().all("GET", "/nodes").size());
      assertEquals(String.valueOf(server.cluster().version()), version);
    }
  }

  @Test
  void aWatchTellsWhatHappensUntilTheServerEndsIt() throws IOException {
    try (FakeApiServer server = FakeApiServer.start();
        ApiClient api = client(server, new Credential.Nobody());
        Watch watch = api.watch(NODES, "0", LIMIT)) {
      api.create(NODES, node("one"));
      assertEquals(Watch.Kind.ADDED, watch.next().orElseThrow().kind());
      server.cluster().delete(Resource.NODES, "", "one");
      Watch.Event event = watch.next().orElseThrow();
      assertEquals(Watch.Kind.DELETED, event.kind());
      server.watches().bookmark();
      assertEquals(Watch.Kind.BOOKMARK, watch.next().orElseThrow().kind());
      server.watches().end();
      assertTrue(watch.next().isEmpty());
    }
  }

  @Test
  void whatIsNoEventEndsAWatchWithTheReason() throws IOException {
    try (FakeApiServer server = FakeApiServer.start();
        ApiClient api = client(server, new Credential.Nobody())) {
      try (Watch watch = api.watch(NODES, "0", LIMIT)) {
        server.watches().cut();
        assertEquals(ErrorCode.NETWORK, assertThrows(FlintException.class, watch::next).code());
      }
      try (Watch watch = api.watch(NODES, "0", LIMIT)) {
        server.watches().expire();
        assertTrue(assertThrows(ApiFailure.class, watch::next).isGone());
      }
      try (Watch watch = api.watch(NODES, "0", LIMIT)) {
        server.watches().huge(200L << 20);
        assertEquals(ErrorCode.POLICY, assertThrows(FlintException.class, watch::next).code());
      }
    }
  }

  @Test
  void aServerMaySayWhenToComeBack() throws IOException {
    try (FakeApiServer server = FakeApiServer.start();
        ApiClient api = client(server, new Credential.Nobody())) {
      server.faults().next(1, "GET", ".*", new Fault.Status(429, 7));
      ApiFailure busy = assertThrows(ApiFailure.class, () -> api.get(NODES));
      assertEquals(Duration.ofSeconds(7), busy.retryAfter());
      assertEquals(ErrorCode.NETWORK, busy.code());
    }
  }

  @Test
  void aTokenFileIsReadEachTime() throws IOException {
    Path file = folder.resolve("token");
    try (FakeApiServer server = FakeApiServer.start();
        ApiClient api = client(server, new Credential.TokenFile(file))) {
      server.users().token("new", User.node("one"));
      Files.writeString(file, "old", StandardCharsets.UTF_8);
      ApiFailure refused = assertThrows(ApiFailure.class, () -> api.get(NODES));
      assertEquals(ErrorCode.AUTH, refused.code());
      assertFalse(String.valueOf(refused.getMessage()).contains("old"));
      Files.writeString(file, "new\n", StandardCharsets.UTF_8);
      api.get(NODES);
    }
  }

  @Test
  void overTlsBothSidesShowWhoTheyAre() throws IOException {
    TestCertificate own = TestCertificate.create(folder.resolve("s"), "IP:127.0.0.1");
    TestCertificate mine = TestCertificate.create(folder.resolve("c"), "DNS:node.example");
    ServerSettings settings = ServerSettings.usual().withTls(new ServerTls(own, mine.pem()));
    try (FakeApiServer server = FakeApiServer.start(settings)) {
      Pem authority = Pem.of(own.pem());
      Credential node = new Credential.Certificate(Pem.of(mine.certificate()), Pem.of(mine.key()));
      try (ApiClient api = new ApiClient(access(server, Optional.of(authority), node), "t")) {
        api.get(NODES);
        assertEquals("flint tests", server.log().all("GET", "/nodes").get(0).user());
      }
      try (ApiClient api = new ApiClient(access(server, Optional.empty(), node), "t")) {
        FlintException e = assertThrows(FlintException.class, () -> api.get(NODES));
        assertEquals(ErrorCode.NETWORK, e.code());
      }
    }
  }

  /** As whoever renews them does, under a server that knows nobody any more. */
  @Test
  void aCertificateThatOthersRenewedIsShown() throws IOException {
    TestCertificate own = TestCertificate.create(folder.resolve("s"), "IP:127.0.0.1");
    TestCertificate old = TestCertificate.create(folder.resolve("o"), "DNS:old.example");
    TestCertificate renewed = TestCertificate.create(folder.resolve("n"), "DNS:new.example");
    Path chain = Files.copy(old.certificate(), folder.resolve("chain"));
    Path key = Files.copy(old.key(), folder.resolve("key"));
    ServerSettings settings = ServerSettings.usual().withTls(new ServerTls(own, old.pem()));
    Credential files = new Credential.CertificateFiles(chain, key);
    try (FakeApiServer server = FakeApiServer.start(settings);
        ApiClient api = new ApiClient(access(server, Optional.of(Pem.of(own.pem())), files), "t")) {
      api.get(NODES);
      // With one of the two files it is not whole yet; what was good goes on.
      Files.delete(key);
      server.faults().next(1, "GET", "nodes", new Fault.Status(401, 0));
      assertThrows(ApiFailure.class, () -> api.get(NODES));
      api.get(NODES);
      Files.copy(renewed.certificate(), chain, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(renewed.key(), key);
      server.faults().next(1, "GET", "nodes", new Fault.Status(401, 0));
      assertThrows(ApiFailure.class, () -> api.get(NODES));
      // The server does not know whom this one is vouched for by.
      assertEquals(
          ErrorCode.NETWORK, assertThrows(FlintException.class, () -> api.get(NODES)).code());
    }
  }

  /** As others write the new one after they have removed the old one. */
  @Test
  void aCertificateThatIsAwayForAMomentIsShownOn() throws IOException {
    TestCertificate own = TestCertificate.create(folder.resolve("s"), "IP:127.0.0.1");
    TestCertificate mine = TestCertificate.create(folder.resolve("c"), "DNS:node.example");
    Path chain = Files.copy(mine.certificate(), folder.resolve("chain"));
    Path key = Files.copy(mine.key(), folder.resolve("key"));
    ServerSettings settings = ServerSettings.usual().withTls(new ServerTls(own, mine.pem()));
    Credential files = new Credential.CertificateFiles(chain, key);
    try (FakeApiServer server = FakeApiServer.start(settings);
        ApiClient api = new ApiClient(access(server, Optional.of(Pem.of(own.pem())), files), "t")) {
      for (Path away : List.of(chain, key)) {
        Files.delete(away);
        api.look();
        api.get(NODES);
      }
      for (LoggedRequest request : server.log().all("GET", "/nodes")) {
        assertEquals("flint tests", request.user());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1:8080",
        "127.0.0.1.example.org",
        "127.example.org:6443",
        "localhost.example.org",
        "127.0.0.256",
        "[::2]"
      })
  void secretsDoNotGoOverPlainHttpToOthers(String host) {
    ApiAccess access =
        new ApiAccess(
            URI.create("http://" + host), Optional.empty(), true, "", new Credential.Token("t"));
    FlintException e = assertThrows(FlintException.class, () -> new ApiClient(access, "t"));
    assertEquals(ErrorCode.USAGE, e.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8080", "127.1.2.3", "localhost", "[::1]:80"})
  void plainHttpDoesForTheDeviceItself(String host) throws IOException {
    ApiAccess access =
        new ApiAccess(
            URI.create("http://" + host), Optional.empty(), true, "", new Credential.Token("t"));
    new ApiClient(access, "t").close();
  }
}
