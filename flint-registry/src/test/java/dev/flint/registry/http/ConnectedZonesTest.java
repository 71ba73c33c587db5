package dev.flint.registry.http;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import okhttp3.Dns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a name server says may change; where a connection leads may not. */
class ConnectedZonesTest {
  private static final URI REGISTRY = URI.create("https://registry.example/v2/");
  private static final URI STORE = URI.create("https://store.example/blob");

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 198.51.100.1, true",
    "192.0.2.7, 10.0.0.1, false",
    "192.0.2.7, 127.0.0.1, false",
    "192.0.2.7, 169.254.169.254, false",
    "192.0.2.7, ::ffff:127.0.0.1, false",
    "192.0.2.7, fd00::1, false",
    "10.0.0.1, 192.168.0.1, true",
    "10.0.0.1, 127.0.0.1, false",
    "127.0.0.1, 10.0.0.1, true",
    "127.0.0.1, 127.0.0.1, true",
  })
  void whereARegistryWasReachedSaysWhereItMaySendUs(String from, String to, boolean allowed)
      throws IOException {
    ConnectedZones zones = new ConnectedZones(Dns.SYSTEM);
    zones.check(Call.of("GET", REGISTRY), address(from));
    Call sent = Call.of("GET", REGISTRY).to(STORE);
    if (allowed) {
      zones.check(sent, address(to));
    } else {
      FlintException e = assertFails(ErrorCode.POLICY, () -> zones.check(sent, address(to)));
      assertTrue(String.valueOf(e.getMessage()).contains("store.example"), e.getMessage());
    }
  }

  @Test
  void aHostThatWasOutsideOnceMayNotSendUsInsideLater() throws IOException {
    ConnectedZones zones = new ConnectedZones(Dns.SYSTEM);
    zones.check(Call.of("GET", REGISTRY), address("192.0.2.7"));
    zones.check(Call.of("GET", REGISTRY), address("127.0.0.1"));
    Call sent = Call.of("GET", REGISTRY).to(STORE);
    assertFails(ErrorCode.POLICY, () -> zones.check(sent, address("127.0.0.1")));
  }

  @Test
  void everyOneOfThoseInBetweenCounts() throws IOException {
    ConnectedZones zones = new ConnectedZones(Dns.SYSTEM);
    Call first = Call.of("GET", URI.create("http://127.0.0.1:5000/"));
    zones.check(first, address("127.0.0.1"));
    Call second = first.to(STORE);
    zones.check(second, address("192.0.2.7"));
    Call third = second.to(URI.create("https://inside.example/"));
    assertFails(ErrorCode.POLICY, () -> zones.check(third, address("10.0.0.1")));
  }

  /** Its answers say where, not the user; its name may say something else by then. */
  @Test
  void aHostMayNotSendUsNearerByItsOwnName() throws IOException {
    ConnectedZones zones = new ConnectedZones(Dns.SYSTEM);
    zones.check(Call.of("GET", REGISTRY), address("192.0.2.7"));
    Call sent = Call.of("PUT", REGISTRY.resolve("/upload")).sentBy(REGISTRY);
    zones.check(sent, address("198.51.100.1"));
    for (String near : List.of("127.0.0.1", "10.0.0.1", "169.254.169.254")) {
      assertFails(ErrorCode.POLICY, () -> zones.check(sent, address(near)));
    }
  }

  /** A dual-stack registry: the connection for the next request may come about to the other one. */
  @ParameterizedTest
  @CsvSource({
    "2001:db8::7, 10.0.0.5",
    "10.0.0.5, 2001:db8::7",
    "fd00::7, 192.0.2.7",
    "fe80::7, 192.168.0.5"
  })
  void aHostThatTheUserNamedMayBeReachedAtEachAddressItHadAtFirst(String first, String second)
      throws IOException {
    ConnectedZones zones =
        new ConnectedZones(
            host -> List.of(address("2001:db8::7"), address(first), address(second)));
    assertEquals(3, zones.lookup("REGISTRY.example").size());
    zones.check(Call.of("POST", REGISTRY), address(first));
    Call sent = Call.of("PUT", REGISTRY.resolve("/upload")).sentBy(REGISTRY);
    zones.check(sent, address(second));
    zones.check(sent.to(REGISTRY.resolve("/upload?more")), address(second));
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1", "169.254.169.254", "::1"})
  void aNameThatIsAlsoThisMachineMayNotSendUsToIt(String near) throws IOException {
    ConnectedZones zones = new ConnectedZones(host -> List.of(address("192.0.2.7"), address(near)));
    zones.check(Call.of("POST", REGISTRY), zones.lookup("registry.example").get(0));
    Call sent = Call.of("PUT", REGISTRY.resolve("/upload")).sentBy(REGISTRY);
    assertFails(ErrorCode.POLICY, () -> zones.check(sent, address(near)));
  }

  /** DNS rebinding. */
  @Test
  void whatTheNameOfAHostSaysLaterDoesNotCount() throws IOException {
    Deque<String> answers = new ArrayDeque<>(List.of("192.0.2.7", "127.0.0.1", "127.0.0.1"));
    ConnectedZones zones = new ConnectedZones(host -> List.of(address(answers.remove())));
    zones.check(Call.of("POST", REGISTRY), zones.lookup("registry.example").get(0));
    Call sent = Call.of("PUT", REGISTRY.resolve("/upload")).sentBy(REGISTRY);
    for (int i = 0; i < 2; i++) {
      InetAddress later = zones.lookup("registry.example").get(0);
      assertFails(ErrorCode.POLICY, () -> zones.check(sent, later));
    }
  }

  /** Only to itself, and only where the user named it: what others name is theirs to choose. */
  @Test
  void addressesOfANameAreNoRightToSendUsToOthersThere() throws IOException {
    ConnectedZones zones =
        new ConnectedZones(host -> List.of(address("192.0.2.7"), address("10.0.0.5")));
    for (URI host : List.of(REGISTRY, STORE)) {
      assertEquals(2, zones.lookup(host.getHost()).size());
      zones.check(Call.of("GET", host), address("192.0.2.7"));
    }
    Call sent = Call.of("GET", REGISTRY).to(STORE);
    assertFails(ErrorCode.POLICY, () -> zones.check(sent, address("10.0.0.5")));
    Call back = sent.to(STORE.resolve("/more"));
    assertFails(ErrorCode.POLICY, () -> zones.check(back, address("10.0.0.5")));
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.1", "127.0.0.1", "192.0.2.7"})
  void aHostThatStaysWhereItIsMaySendUsToItself(String address) throws IOException {
    ConnectedZones zones = new ConnectedZones(Dns.SYSTEM);
    zones.check(Call.of("POST", REGISTRY), address(address));
    zones.check(Call.of("PUT", REGISTRY).sentBy(REGISTRY), address(address));
  }

  /** Nothing says that it moved. */
  @Test
  void aHostThatWasReachedThroughAProxyMaySendUsToItselfDirectly() throws IOException {
    Call sent = Call.of("GET", REGISTRY.resolve("http://registry.example/")).sentBy(REGISTRY);
    new ConnectedZones(Dns.SYSTEM).check(sent, address("192.168.0.1"));
  }

  @Test
  void aNameThatWasReachedThroughAProxyIsOutside() {
    Call sent = Call.of("GET", STORE).sentBy(REGISTRY);
    FlintException e =
        assertFails(
            ErrorCode.POLICY,
            () -> new ConnectedZones(Dns.SYSTEM).check(sent, address("192.168.0.1")));
    assertTrue(e.remedy().contains("NO_PROXY"), e.remedy());
  }

  /** No name server is needed to know where these are. */
  @ParameterizedTest
  @CsvSource({
    "10.0.0.5, 192.168.0.1, true",
    "[fd00::5]:5000, 192.168.0.1, true",
    "localhost:5000, 127.0.0.1, true",
    "10.0.0.5, 127.0.0.1, false",
    "192.0.2.7, 192.168.0.1, false",
  })
  void anAddressThatWasReachedThroughAProxyIsWhereItSays(String from, String to, boolean allowed)
      throws IOException {
    Call sent = Call.of("GET", STORE).sentBy(URI.create("http://" + from + "/v2/"));
    if (allowed) {
      new ConnectedZones(Dns.SYSTEM).check(sent, address(to));
    } else {
      assertFails(ErrorCode.POLICY, () -> new ConnectedZones(Dns.SYSTEM).check(sent, address(to)));
    }
  }

  /** The name server says something harmless first, and this machine when it matters. */
  @Test
  void aNameThatTurnsIntoThisMachineGetsNoRequest() throws IOException {
    Deque<String> answers = new ArrayDeque<>(List.of("192.0.2.7", "127.0.0.1"));
    try (FaultServer server = FaultServer.start(x -> x.reply(200, "", new byte[0]))) {
      Http http =
          new Http("flint/test", Network.plain(), host -> List.of(address(answers.remove())));
      URI target = URI.create("http://store.example:" + port(server) + "/latest/meta-data");
      assertEquals("192.0.2.7", answers.remove());
      Call sent = Call.of("GET", target).sentBy(URI.create("http://registry.example/"));
      assertFails(ErrorCode.POLICY, () -> http.send(sent));
      assertEquals(List.of(), server.requests());
    }
  }

  @Test
  void aKeptConnectionIsNoWayRoundIt() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            first -> {
              for (Exchange x = first; ; x = x.next()) {
                x.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
              }
            })) {
      Http http = new Http("flint/test", Network.plain(), host -> List.of(address("127.0.0.1")));
      URI target = URI.create("http://store.example:" + port(server) + "/");
      http.send(Call.of("GET", target)).close();
      Call sent = Call.of("GET", target).sentBy(URI.create("http://registry.example/"));
      assertFails(ErrorCode.POLICY, () -> http.send(sent));
      assertEquals(List.of("GET /"), server.requests());
    }
  }

  private static String port(FaultServer server) {
    return server.host().substring(server.host().indexOf(':') + 1);
  }

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }
}
