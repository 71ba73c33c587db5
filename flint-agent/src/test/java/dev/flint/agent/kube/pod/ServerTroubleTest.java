package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.api.ServerWork;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers that are in trouble: they are not asked much, and believed only where they make sense.
 */
@Timeout(120)
final class ServerTroubleTest {
  private static final String EMPTY_PAGE =
      "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\","
          + "\"continue\":\"more\"},\"items\":[]}";

  @TempDir private Path folder;
  private WatchedNode node;

  @BeforeEach
  void begin() throws IOException {
    node = new WatchedNode(folder);
  }

  @AfterEach
  void end() throws IOException {
    node.close();
  }

  /** From now on the node waits as long as one does that is no test. */
  private void waitAsUsual() throws IOException {
    node.close();
    node = new WatchedNode(folder.resolve("usual"), ServerWork.PAUSE);
  }

  private List<LoggedRequest> all(Predicate<LoggedRequest> wanted) {
    return node.server.log().all(wanted);
  }

  @Test
  void aStormOfChangesIsFollowedWithOneWatch() throws Exception {
    waitAsUsual();
    for (int i = 0; i < 20; i++) {
      node.pod("p" + i, "");
    }
    node.start();
    node.await(names -> names.size() == 20);
    node.awaitWatch(1);
    for (int i = 0; i < 20; i++) {
      node.server.cluster().flood(Resource.PODS, "default", "p" + i, 200);
    }
    node.server.cluster().flood(Resource.PODS, "default", "p0", 4000);
    node.pod("z", "");
    node.await(names -> names.size() == 21);
    // One who is too slow for such a storm is told so, and reads the list again.
    assertTrue(node.lists() <= 5, () -> all(r -> true).toString());
    assertTrue(node.watches() <= 5, () -> all(r -> true).toString());
    assertEquals(0, all(r -> r.method().equals("PATCH")).size());
  }

  @Test
  void whoeverHasForgottenIsAskedForTheListOncePerTime() throws Exception {
    node.pod("a", "");
    node.start();
    node.awaitWatch(1);
    node.server.watches().expire();
    node.awaitWatch(2);
    assertEquals(2, node.lists());
    node.server.faults().next(2, "GET", "watch=", new Fault.Status(410, 0));
    node.server.watches().end();
    node.server.log().await(2, r -> r.isWatch() && r.status() == 410, WatchedNode.LIMIT);
    node.server.log().await(3, r -> r.isWatch() && r.status() == 200, WatchedNode.LIMIT);
    assertEquals(4, node.lists());
    assertEquals(5, node.watches());
    node.pod("b", "");
    node.await(names -> names.equals(List.of("a", "b")));
  }

  /** Each request comes again, but not before the server wants it. */
  @Test
  void whoeverIsBusyIsLeftAloneAsLongAsItSays() throws Exception {
    node.pod("odd", ", hostPID: true");
    node.server.faults().next(1, "GET", "pods.*limit=", new Fault.Status(429, 1));
    node.server.faults().next(1, "GET", "watch=", new Fault.Status(429, 1));
    node.server.faults().next(1, "PATCH", "pods", new Fault.Status(429, 1));
    node.server.faults().next(1, "DELETE", "pods", new Fault.Status(429, 1));
    node.start();
    node.awaitTold("odd");
    node.server.cluster().delete(Resource.PODS, "default", "odd");
    node.server.cluster().awaitGone(Resource.PODS, "default", "odd", WatchedNode.LIMIT);
    node.await(List::isEmpty);
    assertApart(all(r -> r.query().contains("limit=")));
    assertApart(all(LoggedRequest::isWatch));
    assertApart(all(r -> r.method().equals("PATCH")));
    assertApart(all(r -> r.method().equals("DELETE")));
  }

  private static void assertApart(List<LoggedRequest> requests) {
    assertTrue(requests.size() >= 2, requests::toString);
    assertEquals(429, requests.get(0).status());
    Duration between = Duration.between(requests.get(0).time(), requests.get(1).time());
    assertTrue(between.compareTo(Duration.ofSeconds(1)) >= 0, between::toString);
  }

  @Test
  void aPageThatBreaksOffSaysNothing() throws Exception {
    node.pod("a", "");
    node.pod("b", "");
    node.start();
    node.await(names -> names.size() == 2);
    node.awaitWatch(1);
    node.server.faults().next(2, "GET", "limit=", new Fault.CutAnswer());
    node.server.watches().expire();
    node.server
        .log()
        .await(2, r -> r.query().contains("limit=") && r.status() == 200, WatchedNode.LIMIT);
    node.awaitWatch(2);
    assertEquals(List.of("a", "b"), node.names());
    node.server.watches().cut();
    node.awaitWatch(3);
    node.pod("c", "");
    node.await(names -> names.size() == 3);
    assertEquals(4, node.lists());
  }

  @Test
  void aListWithoutEndIsGivenUp() throws Exception {
    node.pod("a", "");
    node.server.faults().next(2000, "GET", "limit=", new Fault.Says(EMPTY_PAGE));
    node.start();
    node.await(names -> names.equals(List.of("a")));
    assertEquals(2001, node.lists());
    assertEquals(2, node.said.size(), node.said::toString);
    assertTrue(node.said.get(0).contains("the list has no end"), node.said::toString);
  }

  @Test
  void bookmarksTellHowFarItIsAndNothingElse() throws Exception {
    node.pod("a", "");
    node.start();
    node.awaitWatch(1);
    for (int i = 0; i < 1000; i++) {
      node.server.watches().bookmark();
    }
    node.server.cluster().create("{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}");
    node.server.watches().bookmark();
    String version = String.valueOf(node.server.cluster().version());
    node.server.watches().end();
    LoggedRequest next = node.awaitWatch(2);
    assertTrue(next.query().contains("resourceVersion=" + version), next::toString);
    assertEquals(1, node.lists());
  }

  @Test
  void aWatchThatEndsAtOnceIsNotBegunAllTheTime() throws Exception {
    node.server.faults().next(3, "GET", "watch=", new Fault.Says(""));
    node.start();
    node.awaitWatch(4);
    List<LoggedRequest> watches = all(LoggedRequest::isWatch);
    for (int i = 1; i < watches.size(); i++) {
      Duration between = Duration.between(watches.get(i - 1).time(), watches.get(i).time());
      assertTrue(between.compareTo(WatchedNode.PAUSE) >= 0, between::toString);
    }
    assertEquals(1, node.lists());
  }

  /** Otherwise it would be asked for the same again and again. */
  @Test
  void aWatchThatMakesNoSenseAgainAndAgainLeadsToTheList() throws Exception {
    node.server.faults().next(3, "GET", "watch=", new Fault.Says("{\"type\":5}"));
    node.start();
    node.awaitWatch(4);
    assertEquals(2, node.lists());
    node.pod("a", "");
    node.await(names -> names.equals(List.of("a")));
  }

  @Test
  void ofTooManyPodsTheFirstAreRun() throws Exception {
    node.mirror.limit(
        new NodeRoom(110, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, List::of), List::of);
    node.start();
    node.awaitWatch(1);
    for (int i = 0; i < 200; i++) {
      node.pod("p" + i, "");
    }
    node.server.log().await(90, r -> r.method().equals("PATCH"), WatchedNode.LIMIT);
    // What was refused has ended, and is not known any more.
    node.await(names -> names.size() == 110 && names.stream().noneMatch(n -> n.endsWith("!")));
    String told = node.awaitTold("p150");
    assertTrue(told.contains("\"phase\":\"Failed\""), told);
    assertTrue(told.contains("\"reason\":\"OutOfpods\""), told);
    assertTrue(told.contains("pods, requested: 1, used: 110, capacity: 110"), told);
    assertTrue(node.names().contains("p109"), () -> node.names().toString());
    // What was refused stays so; room is for those that come.
    node.server.cluster().delete(Resource.PODS, "default", "p1", java.util.OptionalLong.of(0));
    node.server.cluster().flood(Resource.PODS, "default", "p150", 1);
    node.pod("q", "");
    node.await(names -> names.contains("q") && !names.contains("p1"));
    assertEquals(90, all(r -> r.method().equals("PATCH")).size());
  }
}
