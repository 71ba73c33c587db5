package dev.flint.build.container;

import dev.flint.build.file.Execution;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.Platform;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The config of a container: the base's, changed as a Dockerfile would change it. What the base has
 * beside that stays as it is.
 *
 * @param base the config of the base, or an empty object
 * @param built the config with the history of the new layers, or an empty object
 * @param newDiffIds of the new layers
 */
record ContainerConfig(JsonObject base, JsonObject built, List<String> newDiffIds) {
  private static final String CONFIG = "config";
  private static final String HISTORY = "history";
  private static final String LABELS = "Labels";
  private static final String PORTS = "ExposedPorts";
  private static final String ROOTFS = "rootfs";
  private static final String DIFF_IDS = "diff_ids";

  JsonObject with(
      Platform platform, Instant created, Execution execution, Map<String, String> labels)
      throws FlintException {
    JsonObject json =
        base.with("created", created.toString())
            .with("architecture", platform.architecture())
            .with("os", platform.os());
    if (!platform.variant().isEmpty()) {
      json = json.with("variant", platform.variant());
    }
    json = json.with(CONFIG, section(execution, labels));
    List<String> diffIds = new ArrayList<>(diffIds(base));
    diffIds.addAll(newDiffIds);
    json =
        json.with(ROOTFS, JsonObject.empty().with("type", "layers").withStrings(DIFF_IDS, diffIds));
    List<JsonObject> history = new ArrayList<>(base.objects(HISTORY));
    boolean complete = !history.isEmpty() || diffIds(base).isEmpty();
    if (complete) {
      // A history that begins in the middle would be counted wrongly by who matches it to layers.
      history.addAll(built.objects(HISTORY));
      json = json.withObjects(HISTORY, history);
    }
    return json;
  }

  private static List<String> diffIds(JsonObject config) throws FlintException {
    Optional<JsonObject> rootfs = config.object(ROOTFS);
    return rootfs.isPresent() ? rootfs.get().strings(DIFF_IDS) : List.of();
  }

  private JsonObject section(Execution execution, Map<String, String> labels)
      throws FlintException {
    JsonObject json = base.object(CONFIG).orElse(JsonObject.empty());
    List<String> env = env(json, execution);
    if (!env.isEmpty()) {
      json = json.withStrings("Env", env);
    }
    if (!execution.command().isEmpty()) {
      // As with docker, the base's arguments were for the base's program.
      json = json.withStrings("Entrypoint", execution.command()).without("Cmd");
    }
    if (!execution.args().isEmpty()) {
      json = json.withStrings("Cmd", execution.args());
    }
    if (!execution.workingDir().isEmpty()) {
      json = json.with("WorkingDir", execution.workingDir());
    }
    if (!execution.user().isEmpty()) {
      json = json.with("User", execution.user());
    }
    if (!execution.ports().isEmpty()) {
      json = json.with(PORTS, ports(json, execution));
    }
    Map<String, String> all = new TreeMap<>(json.stringMap(LABELS));
    all.putAll(labels);
    execution.memoryMib().ifPresent(mib -> all.put(FeatherKeys.MEMORY, Long.toString(mib)));
    execution.cpus().ifPresent(count -> all.put(FeatherKeys.CPUS, Integer.toString(count)));
    return all.isEmpty() ? json : json.withMap(LABELS, all);
  }

  private static List<String> env(JsonObject json, Execution execution) throws FlintException {
    Map<String, String> env = new LinkedHashMap<>();
    for (String entry : json.strings("Env")) {
      int equals = entry.indexOf('=');
      env.put(equals < 0 ? entry : entry.substring(0, equals), entry);
    }
    execution.env().forEach((name, value) -> env.put(name, name + "=" + value));
    return List.copyOf(env.values());
  }

  private static JsonObject ports(JsonObject json, Execution execution) throws FlintException {
    JsonObject before = json.object(PORTS).orElse(JsonObject.empty());
    TreeSet<String> ports = new TreeSet<>(before.names());
    ports.addAll(execution.ports());
    JsonObject out = JsonObject.empty();
    for (String port : ports) {
      out = out.with(port, JsonObject.empty());
    }
    return out;
  }
}
