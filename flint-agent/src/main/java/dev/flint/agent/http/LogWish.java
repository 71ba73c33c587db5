package dev.flint.agent.http;

import dev.flint.agent.log.LogQuery;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;

/**
 * What of a log is asked for, in the kubelet's words (Kubernetes API, PodLogOptions), and {@code
 * raw}.
 *
 * @param limitBytes of the answer
 * @param raw with terminal sequences and control characters
 */
record LogWish(LogQuery query, boolean follow, boolean timestamps, long limitBytes, boolean raw) {
  private static final int MAX_DIGITS = 18;

  /**
   * Reads a query.
   *
   * @throws FlintException USAGE for a parameter that is not known or not well formed
   */
  static LogWish of(Map<String, String> parameters, Instant now) throws FlintException {
    boolean follow = false;
    boolean timestamps = false;
    boolean previous = false;
    boolean raw = false;
    long limit = Long.MAX_VALUE;
    int tail = -1;
    Instant since = Instant.MIN;
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      String name = parameter.getKey();
      String value = parameter.getValue();
      switch (name) {
        case "follow" -> follow = flag(name, value);
        case "timestamps" -> timestamps = flag(name, value);
        case "previous" -> previous = flag(name, value);
        case "raw" -> raw = flag(name, value);
        case "limitBytes" -> limit = number(name, value, 1);
        case "tailLines" -> tail = (int) Math.min(Integer.MAX_VALUE, number(name, value, 0));
        case "sinceSeconds" -> since = before(now, number(name, value, 1));
        case "sinceTime" -> since = time(name, value);
        default -> throw wrong(name, "is not known", parameter.getValue());
      }
    }
    // What is over does not go on.
    return new LogWish(
        new LogQuery(previous, tail, since), follow && !previous, timestamps, limit, raw);
  }

  private static Instant before(Instant now, long seconds) {
    return seconds > now.getEpochSecond() ? Instant.EPOCH : now.minusSeconds(seconds);
  }

  private static boolean flag(String name, String value) throws FlintException {
    return switch (value) {
      case "", "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw wrong(name, "must be true or false", value);
    };
  }

  private static long number(String name, String value, long min) throws FlintException {
    long number = value.isEmpty() || value.length() > MAX_DIGITS ? -1 : 0;
    for (int i = 0; i < value.length() && number >= 0; i++) {
      int digit = value.charAt(i) - '0';
      number = digit < 0 || digit > 9 ? -1 : number * 10 + digit;
    }
    if (number < min) {
      throw wrong(name, "must be a whole number, at least " + min, value);
    }
    return number;
  }

  private static Instant time(String name, String value) throws FlintException {
    try {
      return Instant.parse(value);
    } catch (DateTimeParseException e) {
      throw wrong(name, "must be a time as RFC 3339 has it", value);
    }
  }

  private static FlintException wrong(String name, String rule, String value) {
    String shown = name.length() > 64 ? name.substring(0, 64) + "..." : name;
    return new FlintException(
        ErrorCode.USAGE,
        "parameter " + shown + " " + rule + (value.length() > 64 ? "" : ": \"" + value + "\""),
        "there are follow, tailLines, sinceSeconds, sinceTime, timestamps, previous, limitBytes"
            + " and raw");
  }
}
