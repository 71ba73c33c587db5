package dev.flint.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Expected;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Reused;
import dev.flint.oci.progress.ProgressEvent.Started;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.progress.Reuse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonProgressTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(out, true, UTF_8);
  private final Console console = new Console(stream, stream, true, 60);
  private long millis;

  private ProgressListener view() {
    console.toEvents(() -> millis * 1_000_000);
    return ProgressView.of(console, ProgressMode.json, Map.of(), () -> millis * 1_000_000);
  }

  private List<JsonObject> events() throws FlintException {
    List<JsonObject> events = new ArrayList<>();
    for (String line : out.toString(UTF_8).lines().toList()) {
      JsonObject event = JsonObject.parse(line.getBytes(UTF_8), "event");
      assertEquals("progress/v1", event.requiredString("schema"));
      assertTrue(event.integer("ms").isPresent());
      events.add(event);
    }
    return events;
  }

  private static List<String> kinds(List<JsonObject> events) throws FlintException {
    List<String> kinds = new ArrayList<>();
    for (JsonObject event : events) {
      kinds.add(event.requiredString("event"));
    }
    return kinds;
  }

  @Test
  void eachLineIsAnEvent() throws FlintException {
    ProgressListener view = view();
    view.on(new Expected("one", 1000));
    view.on(new Expected("two", 500));
    view.on(new Started("one", 1000));
    view.on(new Reused("one", new Reuse(400, 4, 10)));
    view.on(new Started("two", 500));
    view.on(new Finished("two", Outcome.PRESENT));
    millis = 2000;
    view.on(new Advanced("one", 300));
    view.on(new Advanced("one", 300));
    view.on(new Finished("one", Outcome.DONE));
    List<JsonObject> events = events();
    assertEquals(
        List.of(
            "started",
            "total",
            "started",
            "finished",
            "advanced",
            "total",
            "reused",
            "finished",
            "total"),
        kinds(events));
    JsonObject total = events.get(1);
    assertEquals(2, total.integer("items").orElseThrow());
    assertEquals(1500, total.integer("totalBytes").orElseThrow());
    assertEquals("present", events.get(3).requiredString("outcome"));
    assertEquals(700, events.get(4).integer("bytes").orElseThrow(), "in all");
    assertEquals(1000, events.get(4).integer("totalBytes").orElseThrow());
    assertEquals(4, events.get(6).integer("chunks").orElseThrow());
    assertEquals(10, events.get(6).integer("totalChunks").orElseThrow());
    assertEquals(400, events.get(6).integer("reusedBytes").orElseThrow());
    assertEquals("done", events.get(7).requiredString("outcome"));
    assertEquals(1000, events.get(8).integer("bytes").orElseThrow());
    assertEquals(1000, events.get(8).integer("totalBytes").orElseThrow());
    assertEquals(2000, events.get(8).integer("ms").orElseThrow());
  }

  @Test
  void aFastItemDoesNotFloodItsReader() throws FlintException {
    ProgressListener view = view();
    view.on(new Started("one", -1));
    for (int i = 0; i < 100_000; i++) {
      millis = i / 100;
      view.on(new Advanced("one", 1000));
    }
    view.on(new Finished("one", Outcome.DONE));
    List<JsonObject> events = events();
    assertTrue(events.size() < 10, events.size() + " events");
    JsonObject last = events.get(events.size() - 1);
    assertEquals(100_000_000, last.integer("bytes").orElseThrow());
  }

  @Test
  void notesAndTheErrorAreEventsToo() throws FlintException {
    view();
    console.note("flint: warning: \u001b[31m \"quoted\"");
    FlintException failure =
        new FlintException(ErrorCode.NETWORK, "cannot pull", "try a better link");
    assertEquals(ErrorCode.NETWORK.exitCode(), new ErrorReporter(console).report(failure, true));
    List<JsonObject> events = events();
    assertEquals(List.of("note", "error"), kinds(events));
    assertEquals("warning: \u001b[31m \"quoted\"", events.get(0).requiredString("message"));
    JsonObject error = events.get(1);
    assertEquals("NETWORK", error.requiredString("code"));
    assertEquals(ErrorCode.NETWORK.exitCode(), error.integer("exitCode").orElseThrow());
    assertEquals("cannot pull", error.requiredString("message"));
    assertEquals("try a better link", error.requiredString("remedy"));
    assertTrue(error.requiredString("trace").contains("JsonProgressTest"));
  }

  /**
   * Whatever an item is called, a program can read its events and a terminal does not obey them.
   */
  @Test
  void aNameIsNeitherObeyedNorMakesALineThatIsNoJson() {
    ProgressListener view = view();
    for (String name :
        List.of("a\n\"b\\", "\u009b2J\u202e\u2028", "\u96ea \ud83d\ude00", "\ud800")) {
      out.reset();
      view.on(new Started(name, 1));
      view.on(new Finished(name, Outcome.DONE));
      console.note(name);
      for (String line : out.toString(UTF_8).split("\n", -1)) {
        assertTrue(line.matches("[ -~]*"), line);
      }
      assertTrue(out.toString(UTF_8).lines().count() >= 3, out.toString(UTF_8));
    }
  }
}
