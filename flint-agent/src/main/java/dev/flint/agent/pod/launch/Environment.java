package dev.flint.agent.pod.launch;

import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ConfigObject;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.EnvEntry;
import dev.flint.agent.pod.EnvFrom;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Looks up the variables of one container. Used once. */
final class Environment {
  private final PodValues values;
  private final ContainerSpec container;
  private final ConfigObjects objects;
  private final Map<String, String> out = new LinkedHashMap<>();

  Environment(PodValues values, ContainerSpec container, ConfigObjects objects) {
    this.values = values;
    this.container = container;
    this.objects = objects;
  }

  /**
   * The variables, in order.
   *
   * @throws FlintException NOT_FOUND if an object or key is missing and not optional; the message
   *     never has a value
   */
  Map<String, String> resolve() throws FlintException {
    out.putAll(objects.variables());
    for (EnvFrom from : container.envFrom()) {
      all(from);
    }
    for (EnvEntry entry : container.env()) {
      Optional<String> value = value(entry);
      if (value.isPresent()) {
        if (value.get().indexOf('\0') >= 0) {
          throw failure(ErrorCode.PROTOCOL, "variable " + entry.name() + " has a zero byte");
        }
        // One of envFrom may have it; the order is that of the stronger one.
        out.remove(entry.name());
        out.put(entry.name(), value.get());
      }
    }
    return out;
  }

  private void all(EnvFrom from) throws FlintException {
    Optional<ConfigObject> object = find(from.kind(), from.name(), from.optional());
    if (object.isPresent()) {
      for (String key : object.get().keys()) {
        out.put(from.prefix() + key, text(object.get(), key));
      }
    }
  }

  private Optional<String> value(EnvEntry entry) throws FlintException {
    EnvEntry.Source source = entry.source();
    if (source instanceof EnvEntry.Literal literal) {
      return Optional.of(Expansion.expand(literal.text(), out));
    }
    if (source instanceof EnvEntry.Field field) {
      return Optional.of(values.field(field.path()));
    }
    if (source instanceof EnvEntry.Resource resource) {
      return Optional.of(values.resource(resource, container.name()));
    }
    EnvEntry.Key key = (EnvEntry.Key) source;
    Optional<ConfigObject> object = find(key.kind(), key.object(), key.optional());
    if (object.isEmpty()) {
      return Optional.empty();
    }
    if (!object.get().keys().contains(key.key())) {
      if (key.optional()) {
        return Optional.empty();
      }
      throw failure(
          ErrorCode.NOT_FOUND,
          key.kind().word() + " \"" + key.object() + "\" has no key \"" + key.key() + "\"");
    }
    return Optional.of(text(object.get(), key.key()));
  }

  private Optional<ConfigObject> find(ConfigKind kind, String name, boolean optional)
      throws FlintException {
    PodSpec pod = values.pod();
    ObjectName full = new ObjectName(pod.name().namespace(), name);
    Optional<ConfigObject> object = objects.find(kind, full);
    if (object.isEmpty() && !(optional && objects.isAbsent(kind, full))) {
      String why = objects.whyNot(kind, full);
      throw failure(ErrorCode.NOT_FOUND, kind.word() + " \"" + name + "\" " + why);
    }
    return object;
  }

  private String text(ConfigObject object, String key) throws FlintException {
    try {
      byte[] bytes = object.bytes(key).orElse(new byte[0]);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') < 0) {
        return text;
      }
    } catch (CharacterCodingException e) {
      // As below: bytes that no variable can have.
    }
    throw failure(
        ErrorCode.PROTOCOL,
        "key \"" + key + "\" of " + object.kind().word() + " " + object.name() + " is no text");
  }

  private FlintException failure(ErrorCode code, String message) {
    return new FlintException(
        code,
        "pod " + values.pod().name().name() + ": container " + container.name() + ": " + message);
  }
}
