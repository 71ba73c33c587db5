package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.testing.Failures;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class QmpTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final List<String> events = new ArrayList<>();

  private Path socket() {
    return folder.resolve("qmp");
  }

  private Qmp connect() throws IOException {
    return Qmp.connect(socket(), (name, data) -> events.add(name + " " + data));
  }

  @Test
  void hearsEventsAroundTheReplyToACommand() throws Exception {
    try (FakeQmp fake =
            new FakeQmp(
                socket(),
                List.of(
                    FakeQmp.GREETING,
                    "{\"event\": \"RESUME\"}\r\n" + FakeQmp.CAPABLE,
                    "{\"event\": \"STOP\"}\n{\"return\": {\"status\": \"paused\"}, \"id\": 1}\n"
                        + "{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true}}"));
        Qmp qmp = connect()) {
      qmp.greet();
      CountDownLatch over = new CountDownLatch(1);
      Thread reader =
          new Thread(
              () -> {
                assertThrows(EOFException.class, qmp::readEvents);
                over.countDown();
              });
      reader.start();
      assertEquals("paused", qmp.execute("query-status", LIMIT).requiredString("status"));
      over.await();
      assertEquals(List.of("RESUME {}", "STOP {}", "SHUTDOWN {\"guest\":true}"), events);
      assertThrows(IOException.class, () -> qmp.execute("quit", LIMIT));
    }
  }

  @Test
  void passesOnWhyQemuRefuses() throws Exception {
    String error = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"not now\"}, \"id\": 1}";
    try (FakeQmp fake = new FakeQmp(socket(), List.of(FakeQmp.GREETING, FakeQmp.CAPABLE, error));
        Qmp qmp = connect()) {
      qmp.greet();
      new Thread(() -> assertThrows(IOException.class, qmp::readEvents)).start();
      String message =
          String.valueOf(
              Failures.expect(ErrorCode.UNSUPPORTED, () -> qmp.execute("cont", LIMIT))
                  .getMessage());
      assertTrue(message.contains("not now"), message);
    }
  }

  @Test
  void aCommandFailsWithTheConnection() throws Exception {
    try (FakeQmp fake = new FakeQmp(socket(), List.of(FakeQmp.GREETING, FakeQmp.CAPABLE, "{}"));
        Qmp qmp = connect()) {
      qmp.greet();
      new Thread(() -> assertThrows(IOException.class, qmp::readEvents)).start();
      assertThrows(IOException.class, () -> qmp.execute("quit", LIMIT));
    }
  }

  @Test
  void aCommandIsNotWaitedForForever() throws Exception {
    try (FakeQmp fake =
            new FakeQmp(socket(), List.of(FakeQmp.GREETING, FakeQmp.CAPABLE, "{}", "{}"));
        Qmp qmp = connect()) {
      qmp.greet();
      Failures.expect(ErrorCode.LOCAL_IO, () -> qmp.execute("quit", Duration.ofMillis(1)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "hello", "{\"QMP\": {}"})
  void refusesWhoDoesNotGreet(String greeting) throws Exception {
    try (FakeQmp fake = new FakeQmp(socket(), List.of(greeting));
        Qmp qmp = connect()) {
      Failures.expect(ErrorCode.PROTOCOL, qmp::greet);
    }
  }

  @Test
  void refusesALineWithoutEnd() throws Exception {
    try (FakeQmp fake = new FakeQmp(socket(), List.of(" ".repeat(Qmp.MAX_LINE + 1)));
        Qmp qmp = connect()) {
      Failures.expect(ErrorCode.POLICY, qmp::greet);
    }
  }
}
