package dev.flint.agent.containerd;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.List;

/** A mount that the shim makes before it makes the container: containerd.types.Mount. */
record RootMount(String type, String source, List<String> options) {
  RootMount {
    options = List.copyOf(options);
  }

  JsonObject json() {
    return JsonObject.empty()
        .with("type", type)
        .with("source", source)
        .withStrings("options", options);
  }

  static RootMount of(JsonObject json) throws FlintException {
    return new RootMount(
        json.requiredString("type"), json.requiredString("source"), json.strings("options"));
  }
}
