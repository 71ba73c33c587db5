package dev.flint.agent.pod;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The ConfigMaps, Secrets and tokens that there are for a pod. Immutable; its text shows none. */
public final class ConfigObjects {
  /** None. */
  public static final ConfigObjects NONE = new Builder().build();

  private static final String NOT_FOUND = "not found";

  private final Map<String, ConfigObject> byKey;
  private final Map<String, String> tokens;
  private final Map<String, String> variables;
  private final Map<String, String> lacks;

  private ConfigObjects(Builder from) {
    this.byKey = new TreeMap<>(from.byKey);
    this.tokens = Map.copyOf(from.tokens);
    this.variables = Map.copyOf(from.variables);
    this.lacks = Map.copyOf(from.lacks);
  }

  /** Collects them. Confined to one thread. */
  public static final class Builder {
    private final Map<String, ConfigObject> byKey = new TreeMap<>();
    private final Map<String, String> tokens = new HashMap<>();
    private final Map<String, String> lacks = new HashMap<>();
    private Map<String, String> variables = Map.of();

    /** With an object. */
    public Builder add(ConfigObject object) {
      byKey.put(key(object.kind(), object.name()), object);
      return this;
    }

    /** With a token. */
    public Builder add(VolumeSpec.Token token, String text) {
      tokens.put(key(token), text);
      return this;
    }

    /** With variables for all containers, weaker than their own. */
    public Builder variables(Map<String, String> all) {
      variables = all;
      return this;
    }

    /** Without an object that may well be there: it could not be had. */
    public Builder lack(ConfigKind kind, ObjectName name, String why) {
      lacks.put(key(kind, name), why);
      return this;
    }

    /** Without a token, as it could not be had. */
    public Builder lack(VolumeSpec.Token token, String why) {
      lacks.put(key(token), why);
      return this;
    }

    /** All of them. */
    public ConfigObjects build() {
      return new ConfigObjects(this);
    }
  }

  /** These. */
  public static ConfigObjects of(Iterable<ConfigObject> objects) {
    Builder all = new Builder();
    for (ConfigObject object : objects) {
      all.add(object);
    }
    return all.build();
  }

  /** The one of this name. */
  public Optional<ConfigObject> find(ConfigKind kind, ObjectName name) {
    return Optional.ofNullable(byKey.get(key(kind, name)));
  }

  /** Whether a pod that can do without an object is to do so: only if there is none. */
  public boolean isAbsent(ConfigKind kind, ObjectName name) {
    return !byKey.containsKey(key(kind, name)) && !lacks.containsKey(key(kind, name));
  }

  /** What follows the name of an object that is not there. */
  public String whyNot(ConfigKind kind, ObjectName name) {
    return lacks.getOrDefault(key(kind, name), NOT_FOUND);
  }

  /** A token of the pod's service account. */
  public Optional<String> token(VolumeSpec.Token wish) {
    return Optional.ofNullable(tokens.get(key(wish)));
  }

  /** What follows the name of a token that is not there. */
  public String whyNot(VolumeSpec.Token wish) {
    return lacks.getOrDefault(key(wish), NOT_FOUND);
  }

  /** Variables for all containers, weaker than their own. */
  public Map<String, String> variables() {
    return variables;
  }

  private static String key(ConfigKind kind, ObjectName name) {
    return kind.word() + " " + name;
  }

  private static String key(VolumeSpec.Token token) {
    return "token " + token.seconds() + "s for " + token.audience();
  }
}
