package dev.flint.registry.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the server counts, shown in Prometheus' text format (version 0.0.4). Thread-safe. */
final class Metrics {
  /** Others are a client's invention, and there may be any number of them. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
  private final LongAdder running = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder fetched = new LongAdder();

  /** A request has begun. */
  void began() {
    running.increment();
  }

  /** A request has ended. */
  void ended(Call call) {
    running.decrement();
    String method = METHODS.contains(call.method()) ? call.method() : "other";
    String status = call.status() == 0 ? "none" : call.status() / 100 + "xx";
    requests
        .computeIfAbsent(
            "method=\"" + method + "\",status=\"" + status + "\"", k -> new LongAdder())
        .increment();
    received.add(call.body().count());
    sent.add(call.sent());
  }

  /** A blob is being fetched from the upstream registry. */
  void fetched() {
    fetched.increment();
  }

  /**
   * Answers with all numbers.
   *
   * @param uploads how many are open
   */
  void serve(Call call, int uploads) throws IOException, Refusal {
    if (!call.isHead() && !call.method().equals("GET")) {
      throw Refusal.method(call, "GET, HEAD");
    }
    call.answer(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        text(uploads).getBytes(StandardCharsets.UTF_8));
  }

  private String text(int uploads) {
    StringBuilder text = new StringBuilder();
    head(text, "requests_total", "counter", "Requests answered, by method and class of status.");
    new TreeMap<>(requests)
        .forEach((labels, n) -> line(text, "requests_total{" + labels + "}", n.sum()));
    single(text, "requests_running", "gauge", "Requests being served.", running.sum());
    single(text, "received_bytes_total", "counter", "Bytes of request bodies.", received.sum());
    single(text, "sent_bytes_total", "counter", "Bytes of answer bodies.", sent.sum());
    single(text, "uploads_open", "gauge", "Uploads begun and not ended.", uploads);
    single(
        text,
        "upstream_blobs_total",
        "counter",
        "Downloads of blobs begun from the upstream registry.",
        fetched.sum());
    return text.toString();
  }

  private static void single(
      StringBuilder text, String name, String type, String help, long value) {
    head(text, name, type, help);
    line(text, name, value);
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP flint_registry_").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE flint_registry_").append(name).append(' ').append(type).append('\n');
  }

  private static void line(StringBuilder text, String name, long value) {
    text.append("flint_registry_").append(name).append(' ').append(value).append('\n');
  }
}
