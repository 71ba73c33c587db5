package dev.flint.agent;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** The kubeconfig file of the API server whose node this is; or {@code in-cluster}. */
  static final String KUBECONFIG = "--kubeconfig";

  /** The kubeconfig file with a token, by which the other is got if it is not there. */
  static final String BOOTSTRAP = "--bootstrap-kubeconfig";

  /** What the node is called. */
  static final String NODE_NAME = "--node-name";

  /** Labels of the node: {@code KEY=VALUE,...}; may be given more than once. */
  static final String NODE_LABELS = "--node-labels";

  /** The taint of the node: {@code KEY[=VALUE]:EFFECT}, or {@code none}. */
  static final String NODE_TAINT = "--node-taint";

  /** An address of the node; may be given more than once. */
  static final String NODE_IP = "--node-ip";

  /** How many pods the node takes. */
  static final String MAX_PODS = "--max-pods";

  /** What pods do not get of the device. */
  static final String RESERVED = "--system-reserved";

  /** Below what memory and disk pods are evicted. */
  static final String EVICTION = "--eviction-hard";

  /** How long pods have to end when the device is shut down. */
  static final String SHUTDOWN_GRACE = "--shutdown-grace-period";

  /** Where the kubelet's API is offered: {@code HOST:PORT}, or {@code none}. */
  static final String KUBELET_LISTEN = "--kubelet-listen";

  /** The certificate that is shown there. */
  static final String TLS_CERT = "--tls-cert-file";

  /** The key of that. */
  static final String TLS_KEY = "--tls-private-key-file";

  /** Who vouches for the certificates of clients there. */
  static final String CLIENT_CA = "--client-ca-file";

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
          KUBECONFIG,
          BOOTSTRAP,
          NODE_NAME,
          NODE_LABELS,
          NODE_TAINT,
          NODE_IP,
          MAX_PODS,
          RESERVED,
          EVICTION,
          SHUTDOWN_GRACE,
          KUBELET_LISTEN,
          TLS_CERT,
          TLS_KEY,
          CLIENT_CA,
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
    if (values.containsKey(BOOTSTRAP) && !values.containsKey(KUBECONFIG)) {
      throw new FlintException(
          ErrorCode.USAGE,
          BOOTSTRAP + " goes with " + KUBECONFIG,
          "name with that the file to make");
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

  /** The file that an option names. */
  Optional<Path> file(String option) {
    return has(option) ? Optional.of(Path.of(get(option, ""))) : Optional.empty();
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
