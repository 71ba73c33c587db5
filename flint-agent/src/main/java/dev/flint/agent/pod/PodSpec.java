package dev.flint.agent.pod;

import dev.flint.agent.instance.RestartRule;
import dev.flint.oci.Digest;
import dev.flint.oci.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod as its document says, with the defaults of Kubernetes filled in.
 *
 * @param initContainers run one after the other, each to its end, before the containers
 * @param ephemeral started once, beside all others, in a pod that runs
 * @param restart for all containers
 * @param stopGrace from being asked to end to being killed
 * @param activeDeadline how long it may be active before it has failed; zero for as long as it
 *     likes
 * @param hostNetwork whether it must have the host's own network
 * @param hostName of its containers that have a network of their own
 * @param hostAliases lines of {@code /etc/hosts} of all its containers
 * @param security what holds for all containers that say nothing else
 * @param access in whose name it speaks to others
 * @param backend what is to run it, if that is said
 * @param updateWindow how long it is watched when it takes the place of another of its name, before
 *     that one is given up; zero if it may not be gone back to
 * @param origin where its document comes from
 * @param uid names it among all pods that there ever were
 * @param document what it was read from, without a status
 * @param digest of what of the document makes it what it is: what has the same is the same pod
 * @param warnings what of the document is passed over
 */
public record PodSpec(
    ObjectName name,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<ContainerSpec> initContainers,
    List<ContainerSpec> containers,
    List<EphemeralSpec> ephemeral,
    RestartRule.When restart,
    Duration stopGrace,
    Duration activeDeadline,
    boolean hostNetwork,
    String hostName,
    List<String> hostAliases,
    List<VolumeSpec> volumes,
    PodSecurity security,
    PodAccess access,
    BackendChoice backend,
    Duration updateWindow,
    PodOrigin origin,
    String uid,
    JsonObject document,
    Digest digest,
    List<String> warnings) {
  /** Annotation: {@code none}, {@code user}, {@code host}, {@code tap:NAME}, ... for all. */
  public static final String NETWORK = "flint.dev/network";

  /** Annotation: names of volumes, with commas, that guests see live by virtiofs. */
  public static final String VIRTIOFS = "flint.dev/virtiofs";

  /**
   * Annotation: {@code osv}, {@code raw-vm} or {@code containerd}, which its images must be for.
   */
  public static final String BACKEND = "flint.dev/backend";

  /** Annotation prefix: before a container's name, what its tcp probes send. */
  public static final String PROBE_SEND = "probe-send.flint.dev/";

  /** Annotation: the update window, as {@code 90s}, {@code 5m} or {@code 1h}. */
  public static final String UPDATE_WINDOW = "flint.dev/update-window";

  /** Copies the lists. */
  public PodSpec {
    initContainers = List.copyOf(initContainers);
    containers = List.copyOf(containers);
    ephemeral = List.copyOf(ephemeral);
    hostAliases = List.copyOf(hostAliases);
    volumes = List.copyOf(volumes);
    warnings = List.copyOf(warnings);
  }

  /** Init containers and then all others but ephemeral ones; no two have one name. */
  public List<ContainerSpec> allContainers() {
    List<ContainerSpec> all = new ArrayList<>(initContainers);
    all.addAll(containers);
    return all;
  }

  /** All containers, ephemeral ones at the end; no two have one name. */
  public List<ContainerSpec> everyContainer() {
    List<ContainerSpec> all = allContainers();
    all.addAll(ephemeralContainers());
    return all;
  }

  /** Ephemeral containers. */
  public List<ContainerSpec> ephemeralContainers() {
    List<ContainerSpec> all = new ArrayList<>();
    for (EphemeralSpec one : ephemeral) {
      all.add(one.container());
    }
    return all;
  }

  /** The ephemeral container of this name. */
  public Optional<EphemeralSpec> ephemeral(String container) {
    for (EphemeralSpec one : ephemeral) {
      if (one.container().name().equals(container)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether its containers share the host's address, and its guests are reached by it, rather than
   * having one of their own or none.
   */
  public boolean isAtHostAddress() {
    String network = annotations.getOrDefault(NETWORK, "");
    return network.isEmpty() || network.equals("host") || network.equals("user");
  }

  /**
   * Whether a reboot takes volumes of it that nobody else makes again: those in memory, but for
   * what comes from a server and is told by it.
   */
  public boolean losesVolumes() {
    return volumes.stream()
        .anyMatch(
            volume ->
                volume instanceof VolumeSpec.EmptyDir empty
                    ? empty.memory()
                    : volume instanceof VolumeSpec.Files files
                        && files.secret()
                        && origin == PodOrigin.FILE);
  }

  /** Whether the document of another says the same. */
  public boolean isSame(PodSpec other) {
    return name.equals(other.name) && digest.equals(other.digest);
  }
}
