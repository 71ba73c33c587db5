package dev.flint.cli.console;

import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/** What happens, for programs: a JSON object on each line, docs/progress.md. Immutable. */
final class EventLines {
  private final LongSupplier nanoTime;
  private final long started;

  /** Begins to count the time. */
  EventLines(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.started = nanoTime.getAsLong();
  }

  /** The beginning of an event's object. */
  JsonObject event(String name) {
    return JsonObject.empty()
        .with("schema", "progress/v1")
        .with("event", name)
        .with("ms", (nanoTime.getAsLong() - started) / 1_000_000);
  }

  /** Its line, which a terminal can show too. */
  static String line(JsonObject event) {
    return new String(event.lineBytes(), StandardCharsets.US_ASCII);
  }
}
