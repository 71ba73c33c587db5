package dev.flint.oci.image;

import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The config of an image (docs/format.md, section 2).
 *
 * @param fileLabels what the labels say of the files
 * @param diffIds of the layers, in their order
 */
record ConfigWriter(ImageDraft draft, Map<String, String> fileLabels, List<Digest> diffIds) {
  JsonObject json() {
    String created = draft.created().toString();
    JsonObject json =
        JsonObject.empty()
            .with("created", created)
            .with("architecture", draft.platform().architecture())
            .with("os", draft.platform().os())
            .with(FeatherKeys.BACKEND, draft.backend())
            .with(FeatherKeys.RUNTIME, draft.runtime());
    if (draft.legacyKeys()) {
      json =
          json.with(FeatherKeys.LEGACY_BACKEND, draft.backend())
              .with(FeatherKeys.LEGACY_RUNTIME, draft.runtime());
    }
    JsonObject history =
        JsonObject.empty().with("created", created).with("created_by", "flint import");
    return json.with("config", execution())
        .with(
            "rootfs",
            JsonObject.empty()
                .with("type", "layers")
                .withStrings("diff_ids", diffIds.stream().map(Digest::toString).toList()))
        .withObjects("history", diffIds.stream().map(layer -> history).toList());
  }

  private JsonObject execution() {
    JsonObject json = JsonObject.empty();
    if (!draft.ports().isEmpty()) {
      JsonObject ports = JsonObject.empty();
      for (String port : draft.ports().stream().sorted().distinct().toList()) {
        ports = ports.with(port, JsonObject.empty());
      }
      json = json.with("ExposedPorts", ports);
    }
    if (!draft.env().isEmpty()) {
      json = json.withStrings("Env", draft.env());
    }
    if (!draft.cmd().isEmpty()) {
      json = json.withStrings("Cmd", draft.cmd());
    }
    if (!draft.workingDir().isEmpty()) {
      json = json.with("WorkingDir", draft.workingDir());
    }
    return json.withMap("Labels", labels());
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new TreeMap<>(draft.labels());
    labels.putAll(fileLabels);
    labels.put(FeatherKeys.BACKEND, draft.backend());
    labels.put(FeatherKeys.RUNTIME, draft.runtime());
    draft.memoryMib().ifPresent(mib -> labels.put(FeatherKeys.MEMORY, Long.toString(mib)));
    draft.cpus().ifPresent(count -> labels.put(FeatherKeys.CPUS, Integer.toString(count)));
    return labels;
  }
}
