package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code env} and {@code envFrom} (core/v1 EnvVar, EnvFromSource). */
final class EnvParser {
  private EnvParser() {}

  static List<EnvEntry> entries(Fields container) throws FlintException {
    List<EnvEntry> out = new ArrayList<>();
    for (Fields fields : container.list("env")) {
      String name = fields.required("name");
      if (!isName(name)) {
        throw fields.bad("name", "must be printable, without '=' and spaces");
      }
      Optional<Fields> from = fields.object("valueFrom");
      String value = fields.text("value", "");
      if (from.isPresent() && !value.isEmpty()) {
        throw fields.bad("valueFrom", "must not be there when value is");
      }
      out.add(
          new EnvEntry(name, from.isPresent() ? source(from.get()) : new EnvEntry.Literal(value)));
      fields.end();
    }
    return out;
  }

  static List<EnvFrom> from(Fields container) throws FlintException {
    List<EnvFrom> out = new ArrayList<>();
    for (Fields fields : container.list("envFrom")) {
      String prefix = fields.text("prefix", "");
      if (!prefix.isEmpty() && !isName(prefix)) {
        throw fields.bad("prefix", "must be printable, without '=' and spaces");
      }
      Optional<Fields> map = fields.object("configMapRef");
      Optional<Fields> secret = fields.object("secretRef");
      if (map.isPresent() == secret.isPresent()) {
        throw fields.bad("must have one of configMapRef and secretRef");
      }
      Fields ref = map.isPresent() ? map.get() : secret.get();
      out.add(
          new EnvFrom(
              prefix,
              map.isPresent() ? ConfigKind.CONFIG_MAP : ConfigKind.SECRET,
              objectName(ref, "name"),
              ref.flag("optional")));
      ref.end();
      fields.end();
    }
    return out;
  }

  static EnvEntry.Source source(Fields from) throws FlintException {
    Optional<Fields> map = from.object("configMapKeyRef");
    Optional<Fields> secret = from.object("secretKeyRef");
    Optional<Fields> field = from.object("fieldRef");
    Optional<Fields> resource = from.object("resourceFieldRef");
    from.unsupported("fileKeyRef");
    from.end();
    if (count(map) + count(secret) + count(field) + count(resource) != 1) {
      throw from.bad(
          "must have one of configMapKeyRef, secretKeyRef, fieldRef and resourceFieldRef");
    }
    if (field.isPresent()) {
      return field(field.get());
    }
    if (resource.isPresent()) {
      return resource(resource.get());
    }
    return map.isPresent()
        ? key(ConfigKind.CONFIG_MAP, map.get())
        : key(ConfigKind.SECRET, secret.orElseThrow());
  }

  private static int count(Optional<Fields> fields) {
    return fields.isPresent() ? 1 : 0;
  }

  private static EnvEntry.Source key(ConfigKind kind, Fields ref) throws FlintException {
    EnvEntry.Key key =
        new EnvEntry.Key(kind, objectName(ref, "name"), ref.required("key"), ref.flag("optional"));
    ref.end();
    return key;
  }

  static EnvEntry.Field field(Fields ref) throws FlintException {
    ref.silent("apiVersion");
    String path = ref.required("fieldPath");
    if (!PodField.isKnown(path)) {
      throw ref.bad("fieldPath", "there is no such field here");
    }
    ref.end();
    return new EnvEntry.Field(path);
  }

  static EnvEntry.Resource resource(Fields ref) throws FlintException {
    String resource = ref.required("resource");
    switch (resource) {
      case "limits.cpu", "limits.memory", "requests.cpu", "requests.memory" -> {}
      default -> throw ref.bad("resource", "must be cpu or memory of limits or requests");
    }
    String divisor = ref.scalar("divisor");
    try {
      if (!divisor.isEmpty() && !divisor.equals("0") && Quantity.milli(divisor) == 0) {
        throw ref.bad("divisor", "must be a quantity");
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw ref.bad("divisor", "must be a quantity");
    }
    EnvEntry.Resource out =
        new EnvEntry.Resource(
            ref.text("containerName", ""),
            resource,
            divisor.isEmpty() || divisor.equals("0") ? "1" : divisor);
    ref.end();
    return out;
  }

  static String objectName(Fields ref, String member) throws FlintException {
    String name = ref.required(member);
    if (!DnsName.isSubdomain(name)) {
      throw ref.bad(member, DnsName.SUBDOMAIN_RULE);
    }
    return name;
  }

  /** As Kubernetes 1.34 has it: printable ASCII without the sign that ends a name. */
  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c > '~' || c == '=') {
        return false;
      }
    }
    return name.length() <= 1024;
  }
}
