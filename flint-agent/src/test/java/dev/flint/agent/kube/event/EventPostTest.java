package dev.flint.agent.kube.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class EventPostTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Instant BEGIN = Instant.parse("2026-03-04T05:06:07Z");

  private final AtomicReference<Instant> wall = new AtomicReference<>(BEGIN);
  private final AtomicLong steady = new AtomicLong(-5);
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private FakeApiServer server;
  private ApiClient api;
  private EventPost post;

  @BeforeEach
  void begin() throws IOException {
    server = FakeApiServer.start();
    api = server.client();
    post = new EventPost(api, "edge", wall::get, steady::get, said::add);
  }

  @AfterEach
  void end() {
    post.close();
    api.close();
    server.close();
  }

  private void pass(Duration time) {
    wall.updateAndGet(before -> before.plus(time));
    steady.addAndGet(time.toMillis());
  }

  private static ObjectEvent event(String pod, String reason, String message) {
    return new ObjectEvent(
        new ObjectName("default", pod), "u-" + pod, "spec.containers{app}", true, reason, message);
  }

  private void await(int posts, int patches) throws InterruptedException {
    server.log().await(posts, r -> r.method().equals("POST"), LIMIT);
    if (patches > 0) {
      server.log().await(patches, r -> r.method().equals("PATCH"), LIMIT);
    }
  }

  private JsonObject last(String method) {
    var all = server.log().all(r -> r.method().equals(method));
    return all.get(all.size() - 1).body().orElseThrow();
  }

  @Test
  void anEventIsAsKubectlWantsIt() throws Exception {
    post.accept(event("web", "Failed", "Error: \u001b[31mno\nsuch image"));
    await(1, 0);
    assertEquals(
        """
        {"apiVersion":"v1","kind":"Event",\
        "metadata":{"name":"web.18998b01859eb601","namespace":"default"},\
        "involvedObject":{"kind":"Pod","namespace":"default","name":"web","uid":"u-web",\
        "apiVersion":"v1","fieldPath":"spec.containers{app}"},\
        "reason":"Failed","message":"Error: \\\\u{1b}[31mno\\\\u{a}such image",\
        "source":{"component":"flint-agent","host":"edge"},\
        "firstTimestamp":"2026-03-04T05:06:07Z","lastTimestamp":"2026-03-04T05:06:07Z",\
        "count":1,"type":"Warning",\
        "reportingComponent":"flint-agent","reportingInstance":"edge"}""",
        last("POST").toString());
  }

  @Test
  void whatHappensAgainIsCounted() throws Exception {
    post.accept(event("web", "BackOff", "again"));
    pass(Duration.ofMinutes(1));
    post.accept(event("web", "BackOff", "again"));
    await(1, 1);
    assertEquals(
        "{\"count\":2,\"lastTimestamp\":\"2026-03-04T05:07:07Z\"}", last("PATCH").toString());
    // A server forgets them after a while.
    String name =
        server
            .cluster()
            .all(Resource.EVENTS)
            .get(0)
            .object("metadata")
            .orElseThrow()
            .requiredString("name");
    server.cluster().delete(Resource.EVENTS, "default", name);
    post.accept(event("web", "BackOff", "again"));
    await(2, 2);
    pass(Duration.ofMinutes(59));
    post.accept(event("web", "BackOff", "again"));
    await(3, 2);
    assertEquals("", String.join("", said));
  }

  @Test
  void ofOnePodOnlySoManyAreTold() throws Exception {
    for (int i = 0; i < 100; i++) {
      post.accept(event("noisy", "Odd", "line " + i));
    }
    post.accept(event("quiet", "Odd", "line"));
    server
        .log()
        .await(1, r -> r.body().map(b -> b.toString().contains("u-quiet")).orElse(false), LIMIT);
    assertEquals(26, server.log().all("POST", "/events").size());
    pass(Duration.ofMinutes(5));
    post.accept(event("noisy", "Odd", "later"));
    post.accept(event("noisy", "Odd", "too much"));
    post.accept(event("quiet", "Odd", "last"));
    await(28, 0);
    assertTrue(last("POST").toString().contains("last"));
    assertEquals(28, server.log().all("POST", "/events").size());
  }

  @Test
  void whoeverHasEventsNeverWaitsAndTheServerIsLeftAlone() throws Exception {
    server.faults().next(1, "POST", "events", new Fault.Hang());
    server.faults().all("POST", "events", new Fault.Status(503, 0));
    for (int i = 0; i < 1000; i++) {
      post.accept(event("p" + i, "Odd", "line"));
    }
    server.faults().letGo();
    post.close();
    assertTrue(server.log().all("POST", "/events").size() <= 2);
  }

  /** Else nothing would be told for a day. */
  @Test
  void aClockThatIsSetBackDoesNotMakeItSilent() throws Exception {
    server.faults().next(1, "POST", "events", new Fault.Status(503, 0));
    post.accept(event("web", "Odd", "one"));
    await(1, 0);
    wall.set(BEGIN.minus(Duration.ofDays(1)));
    Containerd.await(
        "it is told",
        () -> {
          steady.addAndGet(10_000);
          post.accept(event("web", "Odd", "two"));
          return server.log().all("POST", "/events").size() > 1;
        });
    assertTrue(last("POST").toString().contains("2026-03-03T05:06:07Z"), last("POST")::toString);
  }

  @Test
  void aServerThatDoesNotLetUsIsToldOfOnce() throws Exception {
    server.faults().all("POST", "events", new Fault.Status(403, 0));
    post.accept(event("a", "Odd", "one"));
    post.accept(event("b", "Odd", "two"));
    await(2, 0);
    server.faults().clear();
    post.accept(event("c", "Odd", "three"));
    await(3, 0);
    assertEquals(1, said.size(), said::toString);
    assertTrue(said.get(0).startsWith("an event cannot be told: POST /api/v1/"), said::toString);
  }
}
