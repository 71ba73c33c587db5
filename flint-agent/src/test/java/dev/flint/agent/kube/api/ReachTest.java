package dev.flint.agent.kube.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever waits for a server that was away does not wait when it is back. */
@Timeout(60)
final class ReachTest {
  private static final ApiPath PODS = ApiPath.of("api", "v1", "pods");
  private static final ApiPath NODES = ApiPath.of("api", "v1", "nodes");
  private static final long HOUR = 3_600_000;

  private final List<String> said = new CopyOnWriteArrayList<>();
  private FakeApiServer server;
  private ApiClient api;
  private ServerWork work;

  @BeforeEach
  void begin() throws IOException {
    server = FakeApiServer.start();
    server.cluster().create("{apiVersion: v1, kind: Node, metadata: {name: edge}}");
    api = server.client();
    work = new ServerWork(new Pauses(api.reach(), HOUR), "wrong", "over", said::add);
  }

  @AfterEach
  void end() {
    work.end();
    api.close();
    server.close();
  }

  /** Watches, in a thread of its own; done when that has waited, too. */
  private CompletableFuture<Boolean> watch() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.attempt(() -> api.watch(PODS, "1", Duration.ofSeconds(1)).close());
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void anythingThatGoesWellEndsTheWaitingForAServerThatWasAway() throws Exception {
    server.goAway();
    CompletableFuture<Boolean> watch = watch();
    while (!api.reach().isAwaited()) {
      Thread.onSpinWait();
    }
    server.comeBack();
    // By another view of the same client, as the lease is renewed.
    api.within(Duration.ofSeconds(10)).get(NODES.then("edge"));
    assertFalse(watch.get(60, TimeUnit.SECONDS));
    assertFalse(api.reach().isAwaited());
    assertEquals(1, said.size(), said::toString);
    assertTrue(work.attempt(() -> api.watch(PODS, "1", Duration.ofSeconds(1)).close()));
  }

  @Test
  void aServerThatRefusesIsNotAskedEarlier() throws Exception {
    server.faults().next(1, "GET", "watch=", new Fault.Status(429, 0));
    CompletableFuture<Boolean> watch = watch();
    while (said.isEmpty()) {
      Thread.onSpinWait();
    }
    assertFalse(api.reach().isAwaited());
    api.get(NODES.then("edge"));
    assertFalse(watch.isDone());
    work.end();
    assertFalse(watch.get(60, TimeUnit.SECONDS));
    assertEquals(1, server.log().all(r -> r.isWatch()).size());
  }
}
