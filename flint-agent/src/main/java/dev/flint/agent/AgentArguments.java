package dev.flint.agent;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the program of the agent is told: options with a value each, and switches.
 *
 * @param values by option; a switch has none
 */
record AgentArguments(Map<String, List<String>> values) {
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

  /** The folders of CNI's plugins, parted by colons. */
  static final String CNI_BIN = "--cni-bin";

  /** The folder of CNI's networks. */
  static final String CNI_CONF = "--cni-conf";

  /** Percent of the disk in use, above which unused images are removed. */
  static final String GC_HIGH = "--image-gc-high-threshold";

  /** Percent of the disk in use, to which they are. */
  static final String GC_LOW = "--image-gc-low-threshold";

  /** How long an image must not have been used. */
  static final String GC_MIN_AGE = "--image-gc-min-age";

  /** Only images that are asked for by digest. */
  static final String ADMIT_DIGEST_ONLY = "--admit-digest-only";

  /**
   * Only images of this registry, or what is below this name there; may be given more than once.
   */
  static final String ADMIT_REGISTRY = "--admit-registry";

  /** The program that says which images may run. */
  static final String ADMIT_SIGNED = "--admit-signed";

  private static final List<String> SWITCHES = List.of(ON_DEMAND, ADMIT_DIGEST_ONLY);
  private static final List<String> OPTIONS =
      List.of(
          STATE,
          PODS,
          FETCHER,
          CONTAINERD,
          LISTEN,
          CNI_BIN,
          CNI_CONF,
          GC_HIGH,
          GC_LOW,
          GC_MIN_AGE,
          ADMIT_REGISTRY,
          ADMIT_SIGNED);

  static AgentArguments parse(String[] args) throws FlintException {
    Map<String, List<String>> values = new TreeMap<>();
    for (int i = 0; i < args.length; i++) {
      if (SWITCHES.contains(args[i])) {
        values.put(args[i], List.of());
      } else if (OPTIONS.contains(args[i])) {
        values.computeIfAbsent(args[i], option -> new ArrayList<>()).add(value(args, ++i));
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

  /** All values of an option. */
  List<String> all(String option) {
    return values.getOrDefault(option, List.of());
  }

  /** An environment with what options say in place of its variables. */
  Map<String, String> over(Map<String, String> env) {
    Map<String, String> all = new TreeMap<>(env);
    if (has(CNI_BIN)) {
      all.put("CNI_PATH", get(CNI_BIN, ""));
    }
    if (has(CNI_CONF)) {
      all.put("NETCONFPATH", get(CNI_CONF, ""));
    }
    return all;
  }

  /** The last value of an option. */
  String get(String option, String otherwise) {
    List<String> given = all(option);
    return given.isEmpty() ? otherwise : given.get(given.size() - 1);
  }
}
