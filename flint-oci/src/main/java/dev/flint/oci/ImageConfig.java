package dev.flint.oci;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A read-only view of an image config (OCI image spec, config.md) with the members Feather adds.
 * Immutable.
 */
public final class ImageConfig {
  private static final int MAX_NAME = 64;

  private final JsonObject json;

  private ImageConfig(JsonObject json) {
    this.json = json;
  }

  /**
   * Reads the bytes of a config blob.
   *
   * @throws FlintException PROTOCOL or POLICY as {@link JsonObject#parse}
   */
  public static ImageConfig parse(byte[] bytes, Digest digest) throws FlintException {
    return new ImageConfig(JsonObject.parse(bytes, "config " + digest));
  }

  /** A view of a document that was read already. */
  public static ImageConfig of(JsonObject document) {
    return new ImageConfig(document);
  }

  /** The whole document, as it was read. */
  public JsonObject document() {
    return json;
  }

  /** The platform the image says it is for. */
  public Platform platform() throws FlintException {
    return new Platform(
        json.string("os").orElse(""),
        json.string("architecture").orElse(""),
        json.string("variant").orElse(""));
  }

  /** What runs the image, for example {@code osv}; absent means an ordinary container. */
  public Optional<String> backend() throws FlintException {
    return agreed(FeatherKeys.BACKEND, FeatherKeys.LEGACY_BACKEND);
  }

  /** The preferred hypervisor, for example {@code qemu}. */
  public Optional<String> runtime() throws FlintException {
    return agreed(FeatherKeys.RUNTIME, FeatherKeys.LEGACY_RUNTIME);
  }

  /** The command: for an OSv image the words of its whole command line. */
  public List<String> cmd() throws FlintException {
    return section().strings("Cmd");
  }

  /** The entry point, which OSv images made by Flint do not have. */
  public List<String> entrypoint() throws FlintException {
    return section().strings("Entrypoint");
  }

  /** Environment entries {@code NAME=VALUE}. */
  public List<String> env() throws FlintException {
    return section().strings("Env");
  }

  /** The working directory, or empty. */
  public String workingDir() throws FlintException {
    return section().string("WorkingDir").orElse("");
  }

  /** Who runs the program: {@code user} or {@code user:group}, names or numbers; or empty. */
  public String user() throws FlintException {
    return section().string("User").orElse("");
  }

  /** The signal that asks the program to end, for example {@code SIGTERM}; or empty. */
  public String stopSignal() throws FlintException {
    return section().string("StopSignal").orElse("");
  }

  /** Exposed ports, for example {@code 8080/tcp}. */
  public List<String> ports() throws FlintException {
    Optional<JsonObject> ports = section().object("ExposedPorts");
    return ports.isPresent() ? ports.get().names() : List.of();
  }

  /** The labels. */
  public Map<String, String> labels() throws FlintException {
    return section().stringMap("Labels");
  }

  /** When the image says it was made, RFC 3339 text as it stands there. */
  public Optional<String> created() throws FlintException {
    return json.string("created");
  }

  /** The digests of the uncompressed layers, base first. */
  public List<Digest> diffIds() throws FlintException {
    Optional<JsonObject> rootfs = json.object("rootfs");
    List<Digest> out = new ArrayList<>();
    if (rootfs.isPresent()) {
      for (String text : rootfs.get().strings("diff_ids")) {
        try {
          out.add(Digest.parse(text));
        } catch (IllegalArgumentException e) {
          throw rootfs.get().wrong("diff_ids", "a list of digests: " + e.getMessage());
        }
      }
    }
    return out;
  }

  /**
   * The value of a key that may stand in four places. They are read in the order of docs/format.md
   * and must agree: an image that tells two readers two stories is refused. So is a value that
   * could be anything but a name, as the published agent makes a part of a path of it.
   */
  private Optional<String> agreed(String key, String legacyKey) throws FlintException {
    Set<String> values = new LinkedHashSet<>();
    JsonObject section = section();
    json.string(key).ifPresent(values::add);
    section.string(key).ifPresent(values::add);
    Optional.ofNullable(section.stringMap("Labels").get(key)).ifPresent(values::add);
    json.string(legacyKey).ifPresent(values::add);
    section.string(legacyKey).ifPresent(values::add);
    if (values.size() > 1) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          "the image config contradicts itself: "
              + key
              + " and "
              + legacyKey
              + " say "
              + String.join(" and ", values));
    }
    if (values.isEmpty()) {
      return Optional.empty();
    }
    String value = values.iterator().next();
    if (!isName(value)) {
      throw new FlintException(
          ErrorCode.POLICY, "the image config's " + key + " is no name but \"" + value + "\"");
    }
    return Optional.of(value);
  }

  /** Letters, digits and, but for the first, dots, underscores and dashes. */
  private static boolean isName(String text) {
    if (text.isEmpty() || text.length() > MAX_NAME) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!plain && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
        return false;
      }
    }
    return true;
  }

  private JsonObject section() throws FlintException {
    return json.object("config").orElse(JsonObject.empty());
  }
}
