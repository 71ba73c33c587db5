package dev.flint.agent.pod;

import dev.flint.agent.instance.Capabilities;
import dev.flint.oci.error.FlintException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code capabilities} (core/v1 Capabilities). */
final class CapabilityParser {
  private CapabilityParser() {}

  static Capabilities parse(Fields context) throws FlintException {
    Optional<Fields> fields = context.object("capabilities");
    if (fields.isEmpty()) {
      return Capabilities.USUAL;
    }
    List<String> add = names(fields.get(), "add");
    List<String> drop = names(fields.get(), "drop");
    fields.get().end();
    return new Capabilities(add, drop);
  }

  /** One that nobody knows could not be given, and dropping it may be meant for another. */
  private static List<String> names(Fields fields, String member) throws FlintException {
    Set<String> out = new LinkedHashSet<>();
    for (String text : fields.texts(member)) {
      Optional<String> name = Capabilities.name(text);
      if (name.isEmpty()) {
        throw fields.bad(member, "must be names of capabilities such as NET_ADMIN, or ALL");
      }
      out.add(name.get());
    }
    return List.copyOf(out);
  }
}
