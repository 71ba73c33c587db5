package dev.flint.registry.settings;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.ConfigEntry.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the keys of a config file, and checks their values. */
final class ConfigReader {
  private final ConfigYaml yaml;
  private final Path file;
  private final boolean ofProject;
  private final List<ConfigEntry> entries = new ArrayList<>();
  private final Map<String, Place> hosts = new HashMap<>();
  private int registries;

  ConfigReader(ConfigYaml yaml, Path file, boolean ofProject) {
    this.yaml = yaml;
    this.file = file;
    this.ofProject = ofProject;
  }

  ConfigText read() throws IOException {
    yaml.map("the file", this::top);
    return new ConfigText(file, List.copyOf(entries), registries, Map.copyOf(hosts));
  }

  private void top(String word) throws IOException {
    if (!word.equals(ConfigName.REGISTRIES)) {
      add("", word, key(word, false));
      return;
    }
    if (ofProject) {
      throw yaml.wrong(
          ErrorCode.POLICY,
          "registries is not for the file of a project, which must not choose whom you trust",
          "put it into your own file; flint config path names it");
    }
    registries = yaml.place().line();
    yaml.map(word, this::host);
  }

  private void host(String name) throws IOException {
    if (!AuthRealm.isHost(name)) {
      throw yaml.wrong("\"" + name + "\" is not a registry, HOST[:PORT]");
    }
    Place place = yaml.place();
    String host = RegistrySettings.key(name.toLowerCase(Locale.ROOT));
    yaml.map(name, word -> add(host, word, key(word, true)));
    if (hosts.put(host, place) != null) {
      throw yaml.wrong(name + " is given twice");
    }
  }

  private void add(String host, String word, ConfigKey key) throws IOException {
    String value =
        switch (key.kind()) {
          case FLAG -> yaml.flag(word);
          case MIRRORS -> String.join(",", yaml.texts(word, Mirror::parse));
          default -> yaml.text(word, key::check);
        };
    entries.add(new ConfigEntry(new ConfigName(host, key), value, yaml.place()));
  }

  private ConfigKey key(String word, boolean ofRegistry) throws FlintException {
    List<String> known = new ArrayList<>();
    for (ConfigKey key : ConfigKey.all(ofRegistry)) {
      if (key.word().equals(word)) {
        return key;
      }
      known.add(key.word());
    }
    if (!ofRegistry) {
      known.add(ConfigName.REGISTRIES);
    }
    Optional<String> meant = SimilarWord.to(word, known);
    throw yaml.wrong(
        "unknown key "
            + word
            + "; known are "
            + String.join(", ", known)
            + meant.map(one -> "; did you mean " + one).orElse(""));
  }
}
