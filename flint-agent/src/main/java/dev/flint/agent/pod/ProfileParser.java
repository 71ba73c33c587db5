package dev.flint.agent.pod;

import dev.flint.agent.instance.Security;
import dev.flint.oci.error.FlintException;
import java.util.Optional;

/** Reads a profile of seccomp or AppArmor (core/v1 SeccompProfile, AppArmorProfile). */
final class ProfileParser {
  private static final String PATH = "localhostProfile";

  private ProfileParser() {}

  /** Returns it in the words of {@link Security}. */
  static String parse(Fields context, String member, String usual) throws FlintException {
    Optional<Fields> profile = context.object(member);
    if (profile.isEmpty()) {
      return usual;
    }
    Fields fields = profile.get();
    String type = fields.required("type");
    String path = fields.text(PATH, "");
    fields.end();
    if (!type.equals("Localhost") && !path.isEmpty()) {
      throw fields.bad(PATH, "is for the type Localhost only");
    }
    return switch (type) {
      case "Unconfined" -> Security.UNCONFINED;
      case "RuntimeDefault" -> Security.RUNTIME_DEFAULT;
      case "Localhost" -> {
        if (!PathRules.isInside(path)) {
          throw fields.bad(PATH, PathRules.INSIDE_RULE);
        }
        yield Security.LOCALHOST + path;
      }
      default -> throw fields.bad("type", "must be RuntimeDefault, Localhost or Unconfined");
    };
  }
}
