package dev.flint.agent;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the program of the agent is told: options with a value each, and switches.
 *
 * @param values by option
 */
record AgentArguments(Map<String, String> values) {
  /** Ends when it has nothing to do. */
  static final String ON_DEMAND = "--on-demand";

  /** The state folder. */
  static final String STATE = "--state";

  /** The folder of pod files. */
  static final String PODS = "--pods";

  /** The program that gets images. */
  static final String FETCHER = "--fetcher";

  /** The socket of containerd. */
  static final String CONTAINERD = "--containerd";

  /** Where HTTP is spoken: {@code HOST:PORT}, or {@code none}. */
  static final String LISTEN = "--listen";

  private static final List<String> OPTIONS = List.of(STATE, PODS, FETCHER, CONTAINERD, LISTEN);

  static AgentArguments parse(String[] args) throws FlintException {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals(ON_DEMAND)) {
        values.put(ON_DEMAND, "");
      } else if (OPTIONS.contains(args[i])) {
        values.put(args[i], value(args, ++i));
      } else {
        throw new FlintException(
            ErrorCode.USAGE, "unknown option: " + args[i], "see docs/agent.md");
      }
    }
    return new AgentArguments(values);
  }

  /** What there is, in a line. */
  static String usage() {
    return "usage: flint-agent ["
        + ON_DEMAND
        + "] [OPTION VALUE]...; options: "
        + String.join(" ", OPTIONS)
        + "; docs/agent.md says what they do";
  }

  private static String value(String[] args, int index) throws FlintException {
    if (index == args.length) {
      throw new FlintException(ErrorCode.USAGE, "option " + args[index - 1] + " has no value");
    }
    return args[index];
  }

  boolean has(String option) {
    return values.containsKey(option);
  }

  String get(String option, String otherwise) {
    return values.getOrDefault(option, otherwise);
  }
}
