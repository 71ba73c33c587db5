package dev.flint.agent.pod;

import dev.flint.agent.instance.RestartRule;
import dev.flint.oci.Digest;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A pod as its document says, with the defaults of Kubernetes filled in.
 *
 * @param initContainers run one after the other, each to its end, before the containers
 * @param restart for all containers
 * @param stopGrace from being asked to end to being killed
 * @param hostNetwork whether it must have the host's own network
 * @param updateWindow how long it is watched when it takes the place of another of its name, before
 *     that one is given up; zero if it may not be gone back to
 * @param document what it was read from, without a status
 * @param digest of the document: what has the same is the same pod
 * @param warnings what of the document is passed over
 */
public record PodSpec(
    ObjectName name,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<ContainerSpec> initContainers,
    List<ContainerSpec> containers,
    RestartRule.When restart,
    Duration stopGrace,
    boolean hostNetwork,
    List<VolumeSpec> volumes,
    Duration updateWindow,
    JsonObject document,
    Digest digest,
    List<String> warnings) {
  /** Annotation: {@code none}, {@code user}, {@code host}, {@code tap:NAME}, ... for all. */
  public static final String NETWORK = "flint.dev/network";

  /** Annotation: names of volumes, with commas, that guests see live by virtiofs. */
  public static final String VIRTIOFS = "flint.dev/virtiofs";

  /** Annotation prefix: before a container's name, what its tcp probes send. */
  public static final String PROBE_SEND = "probe-send.flint.dev/";

  /** Annotation: the update window, as {@code 90s}, {@code 5m} or {@code 1h}. */
  public static final String UPDATE_WINDOW = "flint.dev/update-window";

  /** Copies the lists. */
  public PodSpec {
    initContainers = List.copyOf(initContainers);
    containers = List.copyOf(containers);
    volumes = List.copyOf(volumes);
    warnings = List.copyOf(warnings);
  }

  /** Init containers and then all others; no two have one name. */
  public List<ContainerSpec> allContainers() {
    List<ContainerSpec> all = new ArrayList<>(initContainers);
    all.addAll(containers);
    return all;
  }

  /** Whether the document of another says the same. */
  public boolean isSame(PodSpec other) {
    return name.equals(other.name) && digest.equals(other.digest);
  }

  /** A UUID made of name and digest, as the kubelet makes one for a pod from a file. */
  public String uid() {
    String hex = Digest.sha256((name + "\n" + digest).getBytes(StandardCharsets.UTF_8)).encoded();
    return hex.substring(0, 8)
        + "-"
        + hex.substring(8, 12)
        + "-"
        + hex.substring(12, 16)
        + "-"
        + hex.substring(16, 20)
        + "-"
        + hex.substring(20, 32);
  }
}
