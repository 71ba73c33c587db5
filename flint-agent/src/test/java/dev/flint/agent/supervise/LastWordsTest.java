package dev.flint.agent.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.log.LogQuery;
import dev.flint.agent.log.LogReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastWordsTest {
  @TempDir private Path folder;

  /** A shim tells of the end before it has written all that it has read. */
  @Test
  void areThoseThatComeAsARunIsCleanedUpAfter() throws Exception {
    FakeBackend backend = new FakeBackend();
    backend.lastWords = "bye\n";
    InstanceStore store = new InstanceStore(folder, folder.resolve("s"));
    InstanceId id = FakeBackend.spec(RestartRule.NEVER).id();
    try (Supervisor supervisor =
        new Supervisor(store, Map.of("fake", backend), Clock.systemUTC(), warning -> {})) {
      supervisor.create(FakeBackend.spec(RestartRule.NEVER), FakeBackend.image());
      supervisor.start(id);
      Objects.requireNonNull(backend.running.get(id)).end(0);
      supervisor.settled(id).get(30, TimeUnit.SECONDS);
    }
    List<String> lines = new ArrayList<>();
    new LogReader(store.folder(id)).read(LogQuery.ALL, line -> lines.add(line.plainText()));
    assertEquals(List.of("hello", "bye"), lines);
  }
}
