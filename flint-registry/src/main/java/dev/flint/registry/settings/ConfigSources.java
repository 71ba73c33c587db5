package dev.flint.registry.settings;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All places that configure Flint: variables, over them the file of a project, over that the file
 * of the user. Options of a command outweigh them all. Everything is read when it is asked for.
 * Immutable.
 */
public final class ConfigSources {
  private final Map<String, String> env;
  private final Path home;
  private final Optional<Path> workingFolder;

  /**
   * The places of a user.
   *
   * @param workingFolder where a project may be; empty for a process that works in none
   */
  public ConfigSources(Map<String, String> env, Path home, Optional<Path> workingFolder) {
    this.env = env;
    this.home = home;
    this.workingFolder = workingFolder;
  }

  /** The user's file, which need not be there. */
  public Path userFile() {
    return ConfigFile.place(env, home);
  }

  /** The project's file, if there is one. */
  public Optional<ProjectFile> projectFile() throws IOException {
    return workingFolder.isEmpty() ? Optional.empty() : ProjectFile.find(workingFolder.get(), home);
  }

  /** Where a project's file would be made. */
  public Path newProjectFile() {
    return here().resolve(ProjectFile.NAME);
  }

  private Path here() {
    return workingFolder.orElse(Path.of("")).toAbsolutePath();
  }

  /** A value that was typed here, as a file that is elsewhere has to say it: paths are whole. */
  public String typed(ConfigKey key, String value) {
    return key.kind() == ConfigKey.Kind.PATH && !value.isEmpty()
        ? here().resolve(value).normalize().toString()
        : value;
  }

  /**
   * What holds for the link and for registries.
   *
   * @throws FlintException USAGE if a file or variable cannot be understood
   */
  public ConfigFile registries() throws IOException {
    ConfigFile config = ConfigFile.find(env, home);
    for (Setting over : aboveTheUser()) {
      config = config.with(over.name().key(), over.value());
    }
    return config;
  }

  /**
   * What is set of these keys, by those who come before the user's file, and by that. Costs next to
   * nothing if there is no file and no variable; the user's file is only parsed if it has one of
   * the words.
   *
   * @throws FlintException USAGE if a file or variable cannot be understood
   */
  public Map<ConfigKey, String> set(List<ConfigKey> keys) throws IOException {
    Map<ConfigKey, String> set = new EnumMap<>(ConfigKey.class);
    if (ConfigFile.isThere(env, home)) {
      String text = ConfigText.text(userFile());
      if (text.indexOf('\\') >= 0 || keys.stream().anyMatch(key -> text.contains(key.word()))) {
        ConfigText.parse(userFile(), text, false)
            .entries()
            .forEach(entry -> set.put(entry.name().key(), entry.value()));
      }
    }
    for (Setting setting : aboveTheUser()) {
      set.put(setting.name().key(), setting.value());
    }
    set.keySet().retainAll(keys);
    return set;
  }

  /**
   * Everything: each key that is not about a registry with what holds, and what is set for
   * registries; sorted.
   *
   * @throws FlintException USAGE if a file or variable cannot be understood
   */
  public List<Setting> all() throws IOException {
    Map<ConfigName, Setting> all = new TreeMap<>();
    ConfigKey.all(false).forEach(key -> put(all, Setting.usual(key)));
    if (ConfigFile.isThere(env, home)) {
      ConfigText user = ConfigText.read(userFile(), false);
      user.entries().forEach(entry -> put(all, Setting.of(entry, Setting.Origin.USER, user)));
    }
    aboveTheUser().forEach(setting -> put(all, setting));
    return List.copyOf(all.values());
  }

  private static void put(Map<ConfigName, Setting> all, Setting setting) {
    all.put(setting.name(), setting);
  }

  /** The weaker first. Every run comes through here: without a file, no lambda is made. */
  private List<Setting> aboveTheUser() throws IOException {
    List<Setting> settings = new ArrayList<>();
    Optional<ProjectFile> project = projectFile();
    if (project.isPresent() && project.get().isTrusted()) {
      ConfigText text = ConfigText.read(project.get().path(), true);
      text.entries()
          .forEach(entry -> settings.add(Setting.of(entry, Setting.Origin.PROJECT, text)));
    }
    for (ConfigKey key : ConfigKey.all(false)) {
      String value = env.getOrDefault(key.variable(), "");
      if (!value.isEmpty()) {
        settings.add(fromVariable(key, value));
      }
    }
    return settings;
  }

  private static Setting fromVariable(ConfigKey key, String value) throws FlintException {
    try {
      key.check(value);
    } catch (IllegalArgumentException e) {
      throw new FlintException(
          ErrorCode.USAGE,
          key.variable() + ": " + e.getMessage(),
          "unset it, or see docs/configuration.md",
          e);
    }
    return new Setting(ConfigName.of(key), value, Setting.Origin.ENVIRONMENT, key.variable(), 0);
  }
}
