package dev.flint.agent.pod;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A ConfigMap or a Secret: bytes by key. Immutable; its text shows no values. */
public final class ConfigObject {
  /** What an entry takes beside its bytes: one of a million empty values takes much. */
  private static final int ENTRY = 128;

  private final ConfigKind kind;
  private final ObjectName name;
  private final Map<String, byte[]> data;
  private final Digest digest;

  private ConfigObject(ConfigKind kind, ObjectName name, Map<String, byte[]> data, Digest digest) {
    this.kind = kind;
    this.name = name;
    this.data = data;
    this.digest = digest;
  }

  /**
   * Reads its document.
   *
   * @throws FlintException PROTOCOL with the field's path, never with a value
   */
  public static ConfigObject parse(ConfigKind kind, JsonObject document) throws FlintException {
    Fields nameless = new Fields(document, new Subject(kind.word()));
    Fields metadata = nameless.requiredObject("metadata");
    ObjectName name = Metadata.name(metadata);
    Fields top = new Fields(document, new Subject(kind.word() + " " + name.name()));
    top.silent("apiVersion", "kind", "metadata", "immutable");
    Map<String, byte[]> data = new TreeMap<>();
    if (kind == ConfigKind.CONFIG_MAP) {
      texts(top, "data", data);
      encoded(top, "binaryData", data);
    } else {
      top.silent("type");
      encoded(top, "data", data);
      texts(top, "stringData", data);
    }
    top.end();
    return new ConfigObject(kind, name, data, Digest.sha256(document.bytes()));
  }

  private static void texts(Fields top, String member, Map<String, byte[]> data)
      throws FlintException {
    for (Map.Entry<String, String> entry : top.map(member).entrySet()) {
      check(top, member, entry.getKey());
      data.put(entry.getKey(), entry.getValue().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void encoded(Fields top, String member, Map<String, byte[]> data)
      throws FlintException {
    for (Map.Entry<String, String> entry : top.map(member).entrySet()) {
      check(top, member, entry.getKey());
      try {
        // YAML folds long texts into lines.
        String text = entry.getValue().replace("\n", "").replace(" ", "");
        data.put(entry.getKey(), Base64.getDecoder().decode(text));
      } catch (IllegalArgumentException e) {
        // Without its cause, which quotes the value.
        throw top.bad(member + "." + entry.getKey(), "must be base64");
      }
    }
  }

  private static void check(Fields top, String member, String key) throws FlintException {
    boolean ok = !key.isEmpty() && key.length() <= 253 && !key.equals(".") && !key.startsWith("..");
    for (int i = 0; ok && i < key.length(); i++) {
      char c = key.charAt(i);
      ok = c < 0x7f && (Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.');
    }
    if (!ok) {
      throw top.bad(member, "a key must be letters, digits, '-', '_' and '.', not starting '..'");
    }
  }

  /** Which of the two. */
  public ConfigKind kind() {
    return kind;
  }

  /** What pods call it. */
  public ObjectName name() {
    return name;
  }

  /** Of its document. */
  public Digest digest() {
    return digest;
  }

  /** Its keys, sorted; each is safe as a file's name. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(data.keySet());
  }

  /** The value of a key. */
  public Optional<byte[]> bytes(String key) {
    byte[] value = data.get(key);
    return value == null ? Optional.empty() : Optional.of(value.clone());
  }

  /** Roughly the bytes that it takes in memory. */
  public long weight() {
    long weight = 0;
    for (Map.Entry<String, byte[]> entry : data.entrySet()) {
      weight += ENTRY + entry.getKey().length() + entry.getValue().length;
    }
    return weight;
  }

  @Override
  public String toString() {
    return kind.word() + " " + name + " " + digest.abbreviated();
  }
}
