package dev.flint.agent.pod;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All ConfigMaps and Secrets there are. Immutable. */
public final class ConfigObjects {
  /** None. */
  public static final ConfigObjects NONE = new ConfigObjects(Map.of());

  private final Map<String, ConfigObject> byKey;

  private ConfigObjects(Map<String, ConfigObject> byKey) {
    this.byKey = byKey;
  }

  /** These. */
  public static ConfigObjects of(Iterable<ConfigObject> objects) {
    Map<String, ConfigObject> byKey = new TreeMap<>();
    for (ConfigObject object : objects) {
      byKey.put(key(object.kind(), object.name()), object);
    }
    return new ConfigObjects(byKey);
  }

  /** The one of this name. */
  public Optional<ConfigObject> find(ConfigKind kind, ObjectName name) {
    return Optional.ofNullable(byKey.get(key(kind, name)));
  }

  private static String key(ConfigKind kind, ObjectName name) {
    return kind.word() + " " + name;
  }
}
