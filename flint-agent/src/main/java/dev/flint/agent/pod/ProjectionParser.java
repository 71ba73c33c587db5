package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what becomes files in a volume. */
final class ProjectionParser {
  private static final int DEFAULT_TOKEN_SECONDS = 3600;
  private static final int MIN_TOKEN_SECONDS = 600;

  private ProjectionParser() {}

  /** The caller ends the fields. */
  static VolumeSpec.Keys keys(Fields source, ConfigKind kind, String member) throws FlintException {
    List<VolumeSpec.Item> items = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (Fields item : source.list("items")) {
      String path = path(item, paths);
      items.add(new VolumeSpec.Item(item.required("key"), path, mode(item, "mode", -1)));
      item.end();
    }
    return new VolumeSpec.Keys(
        kind, EnvParser.objectName(source, member), source.flag("optional"), items);
  }

  /** The caller ends the fields. */
  static List<VolumeSpec.Projection> downward(Fields source, boolean projected)
      throws FlintException {
    List<VolumeSpec.Projection> out = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (Fields item : source.list("items")) {
      String path = path(item, paths);
      Optional<Fields> field = item.object("fieldRef");
      Optional<Fields> resource = item.object("resourceFieldRef");
      if (field.isPresent() == resource.isPresent()) {
        throw item.bad("must have one of fieldRef and resourceFieldRef");
      }
      EnvEntry.Source value =
          field.isPresent()
              ? EnvParser.field(field.get())
              : EnvParser.resource(resource.orElseThrow());
      out.add(new VolumeSpec.Downward(value, path, mode(item, "mode", -1)));
      item.end();
    }
    if (projected) {
      source.silent("defaultMode");
    }
    return out;
  }

  /** A token of the pod's service account; ends the fields. */
  static VolumeSpec.Token token(Fields source) throws FlintException {
    String path = path(source, new HashSet<>());
    int seconds =
        source.number(
            "expirationSeconds", DEFAULT_TOKEN_SECONDS, MIN_TOKEN_SECONDS, Integer.MAX_VALUE);
    VolumeSpec.Token token = new VolumeSpec.Token(source.text("audience", ""), seconds, path);
    source.end();
    return token;
  }

  static int mode(Fields fields, String member, int fallback) throws FlintException {
    return fields.number(member, fallback, 0, 0777);
  }

  private static String path(Fields item, Set<String> paths) throws FlintException {
    String path = item.required("path");
    if (!PathRules.isInside(path)) {
      throw item.bad("path", PathRules.INSIDE_RULE);
    }
    if (!paths.add(path)) {
      throw item.bad("path", "another item of the volume has it");
    }
    return path;
  }
}
