package dev.flint.agent.containerd;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container that runs, and of whose namespaces another one is to be.
 *
 * @param pid of its first process, by which its namespaces are found
 */
record Peer(String id, int pid) {
  /** The kernel's names of those that go with a network. */
  private static final Map<String, String> NETWORK = Map.of("network", "net", "uts", "uts");

  private static final String NAMESPACES = "namespaces";

  /**
   * That of an instance.
   *
   * @return empty if it has all namespaces for itself
   * @throws FlintException NOT_FOUND if the other one does not run
   */
  static Optional<Peer> of(InstanceSpec spec, ContainerdApi api) throws FlintException {
    String id = spec.extras().processesOf();
    if (spec.network() instanceof Network.Joined joined) {
      id = joined.instance().text();
    }
    if (id.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Peer(id, pid(id, api)));
  }

  private static int pid(String id, ContainerdApi api) throws FlintException {
    TaskState task = api.task(id).orElse(null);
    if (task == null || task.status() != TaskState.Status.RUNNING || task.pid() <= 0) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "container " + id + " does not run any more, so it cannot be joined");
    }
    return task.pid();
  }

  /** The same document, with these namespaces in place of own ones. */
  JsonObject join(JsonObject document, InstanceSpec spec) throws FlintException {
    JsonObject linux = document.object("linux").orElseThrow(() -> document.missing("linux"));
    boolean network = spec.network() instanceof Network.Joined;
    List<JsonObject> namespaces = new ArrayList<>();
    for (JsonObject namespace : linux.objects(NAMESPACES)) {
      String type = namespace.requiredString("type");
      String file = network ? NETWORK.getOrDefault(type, "") : "";
      if (type.equals("pid") && !spec.extras().processesOf().isEmpty()) {
        file = "pid";
      }
      namespaces.add(
          file.isEmpty() ? namespace : namespace.with("path", "/proc/" + pid + "/ns/" + file));
    }
    JsonObject joined = document.with("linux", linux.withObjects(NAMESPACES, namespaces));
    // The name belongs to whoever had it first.
    return network ? joined.without("hostname") : joined;
  }

  /**
   * Makes sure that what was joined was it: by now its number might be another process's.
   *
   * @throws FlintException NOT_FOUND if it has ended since
   */
  void require(ContainerdApi api) throws FlintException {
    if (pid(id, api) != pid) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "container " + id + " was started anew while it was joined");
    }
  }

  JsonObject json() {
    return JsonObject.empty().with("id", id).with("pid", pid);
  }

  static Peer of(JsonObject json) throws FlintException {
    return new Peer(json.requiredString("id"), Math.toIntExact(json.integer("pid").orElse(0)));
  }
}
