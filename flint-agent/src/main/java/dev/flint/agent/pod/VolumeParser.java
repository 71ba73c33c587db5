package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code volumes} (core/v1 Volume). */
final class VolumeParser {
  private static final int DEFAULT_MODE = 0644;

  private VolumeParser() {}

  static VolumeSpec parse(Fields fields, PodOrigin origin) throws FlintException {
    String name = fields.required("name");
    if (!DnsName.isLabel(name)) {
      throw fields.bad("name", DnsName.LABEL_RULE);
    }
    Optional<Fields> empty = fields.object("emptyDir");
    Optional<Fields> host = fields.object("hostPath");
    Optional<Fields> map = fields.object("configMap");
    Optional<Fields> secret = fields.object("secret");
    Optional<Fields> downward = fields.object("downwardAPI");
    Optional<Fields> projected = fields.object("projected");
    Optional<String> other = fields.unknown();
    if (other.isPresent()) {
      throw fields.bad(other.get(), "volumes of this type are not supported on this device");
    }
    int types = 0;
    for (Optional<Fields> type : List.of(empty, host, map, secret, downward, projected)) {
      types += type.isPresent() ? 1 : 0;
    }
    if (types != 1) {
      throw fields.bad(types == 0 ? "must have a type" : "must have one type only");
    }
    if (empty.isPresent()) {
      return emptyDir(name, empty.get());
    }
    if (host.isPresent()) {
      return hostPath(name, host.get());
    }
    if (projected.isPresent()) {
      return projected(name, projected.get(), origin);
    }
    Fields source = first(map, secret, downward);
    int mode = ProjectionParser.mode(source, "defaultMode", DEFAULT_MODE);
    VolumeSpec.Files files;
    if (downward.isPresent()) {
      files = new VolumeSpec.Files(name, mode, false, ProjectionParser.downward(source, false));
    } else {
      ConfigKind kind = map.isPresent() ? ConfigKind.CONFIG_MAP : ConfigKind.SECRET;
      String member = kind == ConfigKind.SECRET ? "secretName" : "name";
      files =
          new VolumeSpec.Files(
              name,
              mode,
              kind == ConfigKind.SECRET,
              List.of(ProjectionParser.keys(source, kind, member)));
    }
    source.end();
    return files;
  }

  private static Fields first(Optional<Fields> one, Optional<Fields> two, Optional<Fields> three) {
    if (one.isPresent()) {
      return one.get();
    }
    return two.isPresent() ? two.get() : three.orElseThrow();
  }

  private static VolumeSpec emptyDir(String name, Fields fields) throws FlintException {
    String limit = fields.scalar("sizeLimit");
    String medium = fields.text("medium", "");
    if (!medium.isEmpty() && !medium.equals("Memory")) {
      throw fields.bad("medium", "must be empty or Memory");
    }
    fields.end();
    try {
      return new VolumeSpec.EmptyDir(
          name, limit.isEmpty() ? 0 : Quantity.units(limit), !medium.isEmpty());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw fields.bad("sizeLimit", "must be a quantity such as 64Mi or 1G");
    }
  }

  private static VolumeSpec hostPath(String name, Fields fields) throws FlintException {
    String path = PathRules.absolute(fields, "path");
    VolumeSpec.HostPath.Type type =
        switch (fields.text("type", "")) {
          case "" -> VolumeSpec.HostPath.Type.UNSET;
          case "DirectoryOrCreate" -> VolumeSpec.HostPath.Type.DIRECTORY_OR_CREATE;
          case "Directory" -> VolumeSpec.HostPath.Type.DIRECTORY;
          case "FileOrCreate" -> VolumeSpec.HostPath.Type.FILE_OR_CREATE;
          case "File" -> VolumeSpec.HostPath.Type.FILE;
          case "Socket" -> VolumeSpec.HostPath.Type.SOCKET;
          case "CharDevice" -> VolumeSpec.HostPath.Type.CHAR_DEVICE;
          case "BlockDevice" -> VolumeSpec.HostPath.Type.BLOCK_DEVICE;
          default -> throw fields.bad("type", "there is no such type of hostPath");
        };
    fields.end();
    return new VolumeSpec.HostPath(name, path, type);
  }

  private static VolumeSpec projected(String name, Fields fields, PodOrigin origin)
      throws FlintException {
    int mode = ProjectionParser.mode(fields, "defaultMode", DEFAULT_MODE);
    List<VolumeSpec.Projection> out = new ArrayList<>();
    boolean secret = false;
    for (Fields source : fields.list("sources")) {
      Optional<Fields> map = source.object("configMap");
      Optional<Fields> hidden = source.object("secret");
      Optional<Fields> downward = source.object("downwardAPI");
      Optional<Fields> token =
          origin == PodOrigin.API ? source.object("serviceAccountToken") : Optional.empty();
      Optional<String> other = source.unknown();
      if (other.isPresent()) {
        throw source.bad(other.get(), "sources of this type are not supported on this device");
      }
      if (token.isPresent()) {
        secret = true;
        out.add(ProjectionParser.token(token.get()));
        continue;
      }
      if (map.isEmpty() && hidden.isEmpty() && downward.isEmpty()) {
        throw source.bad("must have a type");
      }
      Fields one = first(map, hidden, downward);
      if (downward.isPresent()) {
        out.addAll(ProjectionParser.downward(one, true));
      } else {
        ConfigKind kind = map.isPresent() ? ConfigKind.CONFIG_MAP : ConfigKind.SECRET;
        secret |= kind == ConfigKind.SECRET;
        out.add(ProjectionParser.keys(one, kind, "name"));
      }
      one.end();
    }
    fields.end();
    return new VolumeSpec.Files(name, mode, secret, out);
  }
}
