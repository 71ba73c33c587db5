package dev.flint.bench.fleet;

import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.RequestLog;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What was asked of the server in a time.
 *
 * @param seconds how long that was
 * @param bytesIn of bodies of requests; headers and TLS come on top
 * @param bytesOut of bodies of answers, events of watches too
 * @param peak most requests that came within one second of the clock
 * @param kinds how many of each
 */
record Traffic(
    double seconds,
    long requests,
    long bytesIn,
    long bytesOut,
    long peak,
    Map<String, Long> kinds) {
  private static final Pattern PATH =
      Pattern.compile(
          "(?:/api/v1|/apis/[^/]+/[^/]+)(?:/namespaces/[^/]+)?/([a-z]+)(?:/[^/]+(?:/([a-z]+))?)?");

  /** What came since the log was cleared. */
  static Traffic since(RequestLog log, RequestLog.Totals before, double seconds) {
    RequestLog.Totals now = log.totals();
    List<LoggedRequest> all = log.all();
    long peak =
        all.stream()
            .collect(Collectors.groupingBy(r -> r.time().getEpochSecond(), Collectors.counting()))
            .values()
            .stream()
            .mapToLong(Long::longValue)
            .max()
            .orElse(0);
    Map<String, Long> kinds =
        all.stream()
            .collect(Collectors.groupingBy(Traffic::kind, TreeMap::new, Collectors.counting()));
    return new Traffic(
        seconds,
        now.requests() - before.requests(),
        now.bytesIn() - before.bytesIn(),
        now.bytesOut() - before.bytesOut(),
        peak,
        kinds);
  }

  private static String kind(LoggedRequest request) {
    String method = request.isWatch() ? "WATCH" : request.method();
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      return method + " " + request.path();
    }
    String part = path.group(2);
    String thing = path.group(1) + (part == null ? "" : "/" + part);
    String refused = request.status() < 400 ? "" : " -> " + request.status();
    return method + " " + thing + refused;
  }

  /** A row of the table. */
  String row(String name, int agents) {
    return String.format(
        "| %s | %.0f | %d | %.2f | %d | %.2f | %.2f |",
        name,
        seconds,
        requests,
        (double) requests / agents,
        peak,
        bytesIn / 1024.0 / agents,
        bytesOut / 1024.0 / agents);
  }

  /** The kinds in one line, those there are most of first. */
  String told() {
    return kinds.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(kind -> kind.getValue() + " " + kind.getKey())
        .collect(Collectors.joining(", "));
  }
}
