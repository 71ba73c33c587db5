package dev.flint.agent.instance;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A {@link Security} as a member of a document; what is usual is left out. */
final class SecurityDocument {
  private static final String MEMBER = "security";

  private SecurityDocument() {}

  static JsonObject put(JsonObject json, Security security) {
    if (security.equals(Security.USUAL)) {
      return json;
    }
    Identity who = security.identity();
    JsonObject document =
        JsonObject.empty()
            .with("user", who.user())
            .with("group", who.group())
            .with("nonRoot", who.nonRoot())
            .withIntegers("groups", who.groups())
            .with("strict", who.strict())
            .withStrings("add", security.capabilities().add())
            .withStrings("drop", security.capabilities().drop())
            .with("noNewPrivileges", security.noNewPrivileges())
            .with("readOnlyRoot", security.readOnlyRoot())
            .with("seccomp", security.seccomp())
            .with("appArmor", security.appArmor())
            .with("selinux", security.selinux())
            .withMap("sysctls", security.sysctls());
    return json.with(MEMBER, security.ownUsers() ? document.with("ownUsers", true) : document);
  }

  static Security read(JsonObject spec) throws FlintException {
    JsonObject json = spec.object(MEMBER).orElse(null);
    if (json == null) {
      return Security.USUAL;
    }
    List<Integer> groups = new ArrayList<>();
    for (String group : json.scalars("groups")) {
      groups.add(Integer.valueOf(group));
    }
    return new Security(
        new Identity(
            Math.toIntExact(json.integer("user").orElse(-1)),
            Math.toIntExact(json.integer("group").orElse(-1)),
            json.flag("nonRoot"),
            groups,
            json.flag("strict")),
        new Capabilities(json.strings("add"), json.strings("drop")),
        json.flag("noNewPrivileges"),
        json.flag("readOnlyRoot"),
        json.string("seccomp").orElse(Security.UNCONFINED),
        json.string("appArmor").orElse(Security.UNCONFINED),
        json.flag("selinux"),
        json.stringMap("sysctls"),
        json.flag("ownUsers"));
  }
}
