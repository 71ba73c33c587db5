package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the Secrets say that a pod names to pull its images with, in order. Immutable; its text
 * shows no secret.
 */
public final class PullCredentials {
  /** None, and none are looked for. */
  public static final PullCredentials NONE = new PullCredentials(List.of(), List.of(), false);

  /** None so far, of a pod that may name some. */
  public static final PullCredentials OF_CLUSTER = new PullCredentials(List.of(), List.of(), true);

  private static final String AUTHS = "auths";

  private final List<String> ids;
  private final List<JsonObject> auths;
  private final boolean ofCluster;

  private PullCredentials(List<String> ids, List<JsonObject> auths, boolean ofCluster) {
    this.ids = List.copyOf(ids);
    this.auths = List.copyOf(auths);
    this.ofCluster = ofCluster;
  }

  /**
   * With those of one more Secret: of type {@code kubernetes.io/dockerconfigjson} or, older, {@code
   * kubernetes.io/dockercfg}. Only credentials are taken: the helpers that a {@code config.json}
   * may name are programs of the device, and nothing that a Secret may have run.
   *
   * @param id names the Secret among all that there ever were
   * @return empty if it has no such credentials
   */
  public Optional<PullCredentials> with(String id, ConfigObject secret) {
    Optional<JsonObject> found = auths(secret);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<String> allIds = new ArrayList<>(ids);
    List<JsonObject> all = new ArrayList<>(auths);
    allIds.add(id);
    all.add(found.get());
    return Optional.of(new PullCredentials(allIds, all, true));
  }

  private static Optional<JsonObject> auths(ConfigObject secret) {
    try {
      Optional<byte[]> config = secret.bytes(".dockerconfigjson");
      if (config.isPresent()) {
        return JsonObject.parse(config.get(), "it").object(AUTHS);
      }
      Optional<byte[]> old = secret.bytes(".dockercfg");
      return old.isEmpty() ? Optional.empty() : Optional.of(JsonObject.parse(old.get(), "it"));
    } catch (FlintException e) {
      // Its message may quote what it should not.
      return Optional.empty();
    }
  }

  /** Whether they are those of a pod of a cluster, however many. */
  public boolean isOfCluster() {
    return ofCluster;
  }

  /** Names of the Secrets. */
  public Set<String> ids() {
    return new HashSet<>(ids);
  }

  /** For the process that pulls: {@code secrets}, each with {@code id} and {@code auths}. */
  public JsonObject document() {
    List<JsonObject> secrets = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      secrets.add(JsonObject.empty().with("id", ids.get(i)).with(AUTHS, auths.get(i)));
    }
    return JsonObject.empty().withObjects("secrets", secrets);
  }

  @Override
  public String toString() {
    return ids.size() + " pull secrets";
  }
}
