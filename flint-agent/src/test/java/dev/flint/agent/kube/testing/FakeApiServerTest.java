package dev.flint.agent.kube.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FakeApiServerTest {
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String WEB = PODS + "/web";
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private FakeApiServer server;
  private TestCalls calls;

  @BeforeEach
  void start() throws Exception {
    server =
        FakeApiServer.start(ServerSettings.usual().withClock(Clock.fixed(NOW, ZoneOffset.UTC)));
    calls = new TestCalls(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String pod(String name, String node) {
    return """
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"%s","creationTimestamp":null},
         "spec":{"nodeName":"%s","containers":[{"name":"c","image":"app"}]},
         "status":{"phase":"Running"}}"""
        .formatted(name, node);
  }

  @Test
  void makesReadsAndRefusesToMakeTwice() throws Exception {
    TestCalls.Reply made = calls.post(PODS, pod("web", "n1"));
    assertEquals(201, made.code());
    assertEquals("Pending", made.text("status", "phase"));
    assertEquals("2026-01-02T03:04:05Z", made.text("metadata", "creationTimestamp"));
    assertEquals("1", made.text("metadata", "generation"));
    assertEquals(36, made.text("metadata", "uid").length());
    assertEquals(made.json(), calls.get(WEB).json());

    TestCalls.Reply again = calls.post(PODS, pod("web", "n1"));
    assertEquals(409, again.code());
    assertEquals("Status", again.text("kind"));
    assertEquals("AlreadyExists", again.text("reason"));
    assertEquals("pods \"web\" already exists", again.text("message"));

    TestCalls.Reply missing = calls.get(PODS + "/no");
    assertEquals(404, missing.code());
    assertEquals("NotFound", missing.text("reason"));
    assertEquals(404, calls.get("/apis/example.com/v1/things").code());
  }

  @Test
  void replacesOnlyTheLatestVersion() throws Exception {
    String leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    TestCalls.Reply made =
        calls.post(leases, "{\"metadata\":{\"name\":\"n1\"},\"spec\":{\"holderIdentity\":\"a\"}}");
    String lease = made.json().toString();
    assertEquals(200, calls.put(leases + "/n1", lease.replace("\"a\"", "\"b\"")).code());
    TestCalls.Reply late = calls.put(leases + "/n1", lease.replace("\"a\"", "\"c\""));
    assertEquals(409, late.code());
    assertEquals("Conflict", late.text("reason"));
    assertEquals("b", calls.get(leases + "/n1").text("spec", "holderIdentity"));
    assertEquals(
        422, calls.put(leases + "/n1", "{\"metadata\":{\"name\":\"n1\"},\"spec\":{}}").code());
  }

  @Test
  void aStatusIsChangedOnlyByItsOwnPath() throws Exception {
    TestCalls.Reply made = calls.post(PODS, pod("web", "n1"));
    String uid = made.text("metadata", "uid");
    String status = "{\"metadata\":{\"uid\":\"" + uid + "\"},\"status\":{\"phase\":\"Running\"}}";
    assertEquals("Pending", calls.patch(WEB, status).text("status", "phase"));
    assertEquals("Running", calls.patch(WEB + "/status", status).text("status", "phase"));
    TestCalls.Reply spec =
        calls.patch(
            WEB + "/status",
            "{\"spec\":{\"nodeName\":\"x\"},\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
    assertEquals("n1", spec.text("spec", "nodeName"));
    assertEquals("b", spec.text("metadata", "labels", "a"));

    String version = spec.text("metadata", "resourceVersion");
    TestCalls.Reply same = calls.patch(WEB + "/status", status);
    assertEquals(version, same.text("metadata", "resourceVersion"), "nothing changed");

    TestCalls.Reply other =
        calls.patch(WEB + "/status", "{\"metadata\":{\"uid\":\"x\"},\"status\":{}}");
    assertEquals(422, other.code());
    assertTrue(other.text("message").contains("field is immutable"), other.text("message"));
    TestCalls.Reply unknown =
        calls.call("PATCH", WEB + "/status", "application/json-patch+json", "[]");
    assertEquals(415, unknown.code());
  }

  @Test
  void onlyThePodsOfANodeAreListed() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      calls.post(PODS, pod(name, name.equals("b") ? "n2" : "n1"));
    }
    TestCalls.Reply list = calls.get("/api/v1/pods?fieldSelector=spec.nodeName%3Dn1");
    assertEquals("PodList", list.text("kind"));
    assertEquals(List.of("a", "c"), names(list.json()));
    assertEquals(
        String.valueOf(server.cluster().version()), list.text("metadata", "resourceVersion"));
    assertFalse(list.json().objects("items").get(0).has("kind"), "items of lists have no kind");
    assertEquals(400, calls.get("/api/v1/pods?fieldSelector=spec.color%3Dred").code());
    assertEquals(504, calls.get("/api/v1/pods?resourceVersion=99999").code());
  }

  @Test
  void aListInPagesIsOfOneMoment() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      calls.post(PODS, pod(name, "n1"));
    }
    TestCalls.Reply first = calls.get(PODS + "?limit=2");
    assertEquals(List.of("a", "b"), names(first.json()));
    assertEquals("1", first.text("metadata", "remainingItemCount"));
    calls.delete(PODS + "/c", "{\"gracePeriodSeconds\":0}");
    String token = first.text("metadata", "continue");
    TestCalls.Reply second = calls.get(PODS + "?limit=2&continue=" + token);
    assertEquals(List.of("c"), names(second.json()));
    assertEquals(
        first.text("metadata", "resourceVersion"), second.text("metadata", "resourceVersion"));
    server.cluster().compact();
    TestCalls.Reply late = calls.get(PODS + "?limit=2&continue=" + token);
    assertEquals(410, late.code());
    assertEquals("Expired", late.text("reason"));
  }

  private static List<String> names(JsonObject list) throws Exception {
    return list.objects("items").stream()
        .map(item -> Tree.of(item).text("metadata", "name").orElse(""))
        .toList();
  }

  @Test
  void aPodOnANodeGoesWhenTheNodeSaysSo() throws Exception {
    String uid = calls.post(PODS, pod("web", "n1")).text("metadata", "uid");
    TestCalls.Reply deleted = calls.delete(WEB, "");
    assertEquals("2026-01-02T03:04:35Z", deleted.text("metadata", "deletionTimestamp"));
    assertEquals("30", deleted.text("metadata", "deletionGracePeriodSeconds"));
    assertEquals("2", deleted.text("metadata", "generation"));

    assertEquals(
        "30",
        calls
            .delete(WEB + "?gracePeriodSeconds=60", "")
            .text("metadata", "deletionGracePeriodSeconds"));
    TestCalls.Reply shorter = calls.delete(WEB, "{\"gracePeriodSeconds\":5}");
    assertEquals("2026-01-02T03:04:10Z", shorter.text("metadata", "deletionTimestamp"));

    TestCalls.Reply wrong =
        calls.delete(WEB, "{\"gracePeriodSeconds\":0,\"preconditions\":{\"uid\":\"x\"}}");
    assertEquals(409, wrong.code());
    assertEquals("Conflict", wrong.text("reason"));
    TestCalls.Reply last =
        calls.delete(WEB, "{\"gracePeriodSeconds\":0,\"preconditions\":{\"uid\":\"" + uid + "\"}}");
    assertEquals(200, last.code());
    assertEquals(404, calls.get(WEB).code());
  }

  @Test
  void aPodOnNoNodeGoesAtOnce() throws Exception {
    calls.post(PODS, pod("web", ""));
    assertEquals(200, calls.delete(WEB, "").code());
    assertEquals(404, calls.get(WEB).code());
  }

  @Test
  void anObjectWithAFinalizerStaysUntilItHasNone() throws Exception {
    String maps = "/api/v1/namespaces/default/configmaps";
    calls.post(maps, "{\"metadata\":{\"name\":\"m\",\"finalizers\":[\"a/b\"]}}");
    calls.delete(maps + "/m", "");
    assertNotEquals("", calls.get(maps + "/m").text("metadata", "deletionTimestamp"));
    calls.patch(maps + "/m", "{\"metadata\":{\"finalizers\":null}}");
    assertEquals(404, calls.get(maps + "/m").code());
  }

  @Test
  void faultsHappenAsOftenAsAskedFor() throws Exception {
    server.faults().next(2, "GET", "/pods\\?", new Fault.Status(429, 3));
    server.faults().next(1, "GET", "/pods$", new Fault.Status(503, 0));
    TestCalls.Reply busy = calls.get(PODS + "?limit=1");
    assertEquals(429, busy.code());
    assertEquals(Optional.of("3"), busy.retryAfter());
    assertEquals("3", busy.text("details", "retryAfterSeconds"));
    assertEquals(503, calls.get(PODS).code());
    assertEquals(429, calls.get(PODS + "?limit=1").code());
    assertEquals(200, calls.get(PODS + "?limit=1").code());
  }

  @Test
  void everyRequestIsWrittenDown() throws Exception {
    server.users().token("secret", new User("me", List.of()));
    assertEquals(401, calls.get(PODS).code());
    TestCalls mine = new TestCalls(server, Optional.of("secret"));
    mine.post(PODS, pod("web", "n1"));
    LoggedRequest logged = server.log().all("POST", "/pods").get(0);
    assertEquals("me", logged.user());
    assertEquals(201, logged.status());
    assertEquals("Pod", logged.body().orElseThrow().requiredString("kind"));
    assertTrue(logged.responseBytes() > 100);
    assertEquals(2, server.log().totals().requests());
    assertEquals(401, server.log().all("GET", "/pods").get(0).status());
  }

  @Test
  void itCanGoAwayAndComeBackWithItsObjects() throws Exception {
    calls.post(PODS, pod("web", "n1"));
    server.goAway();
    assertThrows(IOException.class, () -> calls.get(WEB));
    server.comeBack();
    assertEquals(200, calls.get(WEB).code());
  }
}
