package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What {@code meta/run.yaml} says: how a package may be run.
 *
 * @param sets by name, at least one
 * @param defaults names of the sets that run, one after the other, where nobody chooses
 */
record RunManifest(NavigableMap<String, RunSet> sets, List<String> defaults) {
  private static final int MAX_SETS = 256;

  static RunManifest parse(byte[] bytes, String what) throws FlintException {
    JsonObject yaml = PackageFile.yaml(bytes, what);
    String runtime = yaml.requiredString("runtime");
    JsonObject sets = yaml.object("config_set").orElseGet(JsonObject::empty);
    if (sets.names().isEmpty() || sets.names().size() > MAX_SETS) {
      throw new FlintException(
          ErrorCode.PROTOCOL, what + " has no config_set, or more than " + MAX_SETS);
    }
    NavigableMap<String, RunSet> parsed = new TreeMap<>();
    for (String name : sets.names()) {
      if (name.indexOf('/') >= 0 || name.chars().anyMatch(c -> c <= ' ' || c == ';')) {
        throw new FlintException(
            ErrorCode.PROTOCOL, what + ": \"" + name + "\" is no name of a config_set");
      }
      String where = what + ", config_set " + name;
      JsonObject set = sets.object(name).orElseGet(JsonObject::empty);
      parsed.put(name, RunSetParser.parse(runtime, set, where));
    }
    List<String> defaults =
        Arrays.stream(yaml.scalar("config_set_default").orElse("").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList();
    for (String name : defaults) {
      if (!parsed.containsKey(name)) {
        throw new FlintException(
            ErrorCode.PROTOCOL,
            what + ": the default config_set " + name + " does not exist",
            "there are: " + String.join(", ", parsed.keySet()));
      }
    }
    boolean only = defaults.isEmpty() && parsed.size() == 1;
    return new RunManifest(parsed, only ? List.copyOf(parsed.keySet()) : defaults);
  }
}
