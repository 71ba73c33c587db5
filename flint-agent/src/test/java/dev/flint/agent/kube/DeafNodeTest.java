package dev.flint.agent.kube;

import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.kube.testing.User;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that does not listen to the API server any more. */
@Timeout(120)
final class DeafNodeTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String TOKEN = "t-node";

  @TempDir private Path folder;

  private static void loseTheWatch(String line) {
    if (line.startsWith("pods of the API server")) {
      throw new LinkageError("the end of a thread that is part of this test");
    }
  }

  @Test
  void isNotReady() throws Exception {
    try (FakeApiServer server = FakeApiServer.start(ServerSettings.usual())) {
      server.users().token(TOKEN, User.node("edge"));
      server.faults().next(1, "GET", "limit=", new Fault.Status(500, 0));
      try (TestNode unused =
          TestNode.start(
              new TestNode.Plan(
                  folder.resolve("n"), server.url(), TOKEN, "edge", DeafNodeTest::loseTheWatch))) {
        server
            .cluster()
            .await(
                Resource.NODES,
                "",
                "edge",
                node ->
                    node.toString().contains("nobody looks after the pods")
                        && node.toString().contains("KubeletNotReady"),
                LIMIT);
      }
    }
  }
}
