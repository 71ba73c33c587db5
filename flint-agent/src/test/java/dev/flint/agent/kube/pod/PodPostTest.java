package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.oci.json.JsonItem;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told again after a while is so by a clock that nobody sets. */
@Timeout(60)
final class PodPostTest {
  private final List<String> said = new ArrayList<>();
  private Instant wall = Instant.parse("2026-03-04T05:06:07Z");
  private long steady = 1000;
  private FakeApiServer server;
  private ApiClient api;
  private PodPost post;
  private PodPost.Place place;

  @BeforeEach
  void begin() throws IOException {
    server = FakeApiServer.start(ServerSettings.usual().withoutPodDefaults());
    api = server.client();
    post = new PodPost(api, new PodClocks(() -> wall, () -> steady), said::add);
    JsonObject made =
        server
            .cluster()
            .create(
                "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: edge,"
                    + " containers: [{name: c, image: 'i:1'}]}}");
    ApiPod pod = ApiPod.read(JsonItem.whole(made));
    place = new PodPost.Place(pod.name(), pod.uid(), pod.generation(), pod.status());
  }

  @AfterEach
  void end() {
    api.close();
    server.close();
  }

  private int sent(String method) {
    return server.log().all(r -> r.method().equals(method)).size();
  }

  @Test
  void aPodThatIsHeldThereIsRemovedAgainAfterAWhile() throws Exception {
    server.faults().all("DELETE", "pods", new Fault.Says("{}"));
    post.delete(place);
    wall = wall.minus(Duration.ofDays(1));
    steady += 9_999;
    post.delete(place);
    assertEquals(1, sent("DELETE"));
    steady++;
    post.delete(place);
    assertEquals(2, sent("DELETE"));
  }

  /** By a finalizer for example; of such pods there may be thousands. */
  @Test
  void whatIsHeldThereForLongIsAskedForMoreAndMoreSeldom() throws Exception {
    server.faults().all("DELETE", "pods", new Fault.Says("{}"));
    for (long end = steady + Duration.ofHours(1).toMillis(); steady < end; steady += 10_000) {
      post.delete(place);
    }
    int sent = sent("DELETE");
    assertTrue(sent > 10 && sent < 20, () -> sent + " times");
  }

  @Test
  void aRemovalThatIsRefusedIsNone() throws Exception {
    server.faults().next(1, "DELETE", "pods", new Fault.Status(500, 0));
    assertThrows(ApiFailure.class, () -> post.delete(place));
    post.delete(place);
    assertEquals(2, sent("DELETE"));
  }

  @Test
  void whatIsContradictedIsToldAgainWithTheTimeOfTheWall() throws Exception {
    JsonObject ready = JsonObject.empty().with("type", "Ready").with("status", "True");
    JsonObject status =
        JsonObject.empty().with("phase", "Running").withObjects("conditions", List.of(ready));
    post.status(place, status);
    wall = wall.minus(Duration.ofDays(1));
    steady += 9_999;
    post.status(place, status);
    assertEquals(1, sent("PATCH"));
    steady++;
    post.status(place, status);
    assertEquals(2, sent("PATCH"));
    String told = server.log().all("PATCH", "/status").get(1).body().orElseThrow().toString();
    assertTrue(told.contains("2026-03-03T05:06:07Z"), told);
  }

  private static JsonObject conditions(String... types) {
    List<JsonObject> conditions = new ArrayList<>();
    for (String type : types) {
      conditions.add(JsonObject.empty().with("type", type).with("status", "False"));
    }
    return JsonObject.empty().with("phase", "Running").withObjects("conditions", conditions);
  }

  /** A merge would leave it for ever; conditions of others are theirs. */
  @Test
  void anOwnConditionThatIsNotToldAnyMoreIsTakenBack() throws Exception {
    JsonObject now = conditions("Ready");
    post.status(place, now);
    PodPost.Place later =
        new PodPost.Place(
            place.name(),
            place.uid(),
            place.generation(),
            conditions("Ready", "flint.dev/UpToDate", "lan.x/Other"));
    steady += 10_000;
    post.status(later, now);
    String told = server.log().all("PATCH", "/status").get(1).body().orElseThrow().toString();
    assertTrue(told.contains("{\"type\":\"flint.dev/UpToDate\",\"$patch\":\"delete\"}"), told);
    assertFalse(told.contains("lan.x/Other"), told);
  }
}
