package dev.flint.agent.kube.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchesTest {
  private static final String ON_N1 = "/api/v1/pods?watch=1&fieldSelector=spec.nodeName%3Dn1";
  private static final String MORE = ON_N1 + "&allowWatchBookmarks=true&resourceVersion=";

  private FakeApiServer server;
  private TestCalls calls;

  @BeforeEach
  void start() throws Exception {
    server = FakeApiServer.start(ServerSettings.usual().withHistory(20));
    calls = new TestCalls(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void pod(String name, String node) throws IOException {
    server
        .cluster()
        .create(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s}
            spec: {nodeName: "%s", containers: [{name: c, image: "app:1"}]}
            """
                .formatted(name, node));
  }

  private BufferedReader watch(String path) throws Exception {
    InputStream stream = calls.watch(path);
    return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  private static Tree next(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    assertNotNull(line, "the watch has ended");
    return Tree.parse(line.getBytes(StandardCharsets.UTF_8), "event");
  }

  /** Type and name. */
  private static String event(BufferedReader lines) throws IOException {
    Tree event = next(lines);
    return event.text("type").orElse("")
        + " "
        + event.text("object", "metadata", "name").orElse("");
  }

  @Test
  void whatHappenedSinceAndWhatHappensThenAreSeen() throws Exception {
    pod("a", "n1");
    long version = server.cluster().version();
    pod("b", "n1");
    pod("other", "n2");
    try (BufferedReader lines = watch(MORE + version)) {
      assertEquals("ADDED b", event(lines));
      server.cluster().patchStatus(Resource.PODS, "default", "a", "status: {phase: Running}");
      Tree change = next(lines);
      assertEquals("MODIFIED", change.text("type").orElse(""));
      assertEquals("Pod", change.text("object", "kind").orElse(""));
      assertEquals("Running", change.text("object", "status", "phase").orElse(""));
      server.cluster().delete(Resource.PODS, "default", "a", OptionalLong.of(0));
      assertEquals("MODIFIED a", event(lines));
      assertEquals("DELETED a", event(lines));
      assertEquals(1, server.watches().count(Resource.PODS));
    }
  }

  @Test
  void aPodThatIsBoundToTheNodeComesIntoSight() throws Exception {
    pod("a", "");
    try (BufferedReader lines = watch(MORE + server.cluster().version())) {
      server.log().await(1, LoggedRequest::isWatch, Duration.ofSeconds(60));
      calls.post("/api/v1/namespaces/default/pods/a/binding", "{\"target\":{\"name\":\"n1\"}}");
      assertEquals("ADDED a", event(lines));
    }
  }

  @Test
  void withoutAVersionAllIsSentFirst() throws Exception {
    pod("a", "n1");
    try (BufferedReader lines = watch(ON_N1)) {
      assertEquals("ADDED a", event(lines));
    }
    String streaming =
        ON_N1
            + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    try (BufferedReader lines = watch(streaming)) {
      assertEquals("ADDED a", event(lines));
      Tree bookmark = next(lines);
      assertEquals("BOOKMARK", bookmark.text("type").orElse(""));
      assertEquals(
          "true",
          bookmark
              .text("object", "metadata", "annotations", "k8s.io/initial-events-end")
              .orElse(""));
    }
  }

  @Test
  void bookmarksComeWhenAskedForAndBeforeTheTimeIsOver() throws Exception {
    try (BufferedReader lines = watch(MORE + server.cluster().version())) {
      pod("other", "n2");
      server.watches().bookmark();
      assertEquals(
          String.valueOf(server.cluster().version()),
          next(lines).text("object", "metadata", "resourceVersion").orElse(""));
    }
    try (BufferedReader lines = watch(MORE + server.cluster().version() + "&timeoutSeconds=1")) {
      assertEquals("BOOKMARK ", event(lines));
      assertNull(lines.readLine());
    }
  }

  @Test
  void whoIsTooFarBehindIsToldInTheStreamOrByHttp() throws Exception {
    pod("a", "n1");
    long old = server.cluster().version();
    server.cluster().flood(Resource.PODS, "default", "a", 25);
    try (BufferedReader lines = watch(MORE + old)) {
      Tree event = next(lines);
      assertEquals("ERROR", event.text("type").orElse(""));
      assertEquals("410", event.text("object", "code").orElse(""));
      assertNull(lines.readLine());
    }
    server.watches().goneByHttp(true);
    TestCalls.Reply gone = calls.get(MORE + old);
    assertEquals(410, gone.code());
    assertEquals("Expired", gone.text("reason"));
    assertEquals(504, calls.get(MORE + 1_000_000).code());
  }

  @Test
  void aWatchCanBeEndedOrCutInTheMiddleOfALine() throws Exception {
    try (BufferedReader lines = watch(MORE + server.cluster().version())) {
      server.watches().end();
      assertNull(lines.readLine());
    }
    try (BufferedReader lines = watch(MORE + server.cluster().version())) {
      server.watches().cut();
      assertThrows(IOException.class, lines::readLine);
    }
  }

  @Test
  void anEventCanBeLongerThanAnybodyWants() throws Exception {
    try (InputStream stream = calls.watch(MORE + server.cluster().version())) {
      server.watches().huge(5_000_000);
      server.watches().end();
      byte[] all = stream.readAllBytes();
      assertTrue(all.length > 5_000_000);
      assertEquals('\n', all[all.length - 1]);
    }
  }
}
