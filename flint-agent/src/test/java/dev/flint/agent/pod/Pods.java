package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Pods and objects for tests, from YAML. */
public final class Pods {
  private Pods() {}

  /** A pod from a whole document. */
  public static PodSpec pod(String yaml) throws FlintException {
    return PodParser.parse(document(yaml));
  }

  /** A pod {@code web} with this spec, in lines. */
  public static PodSpec spec(String... lines) throws FlintException {
    return pod("metadata: {name: web}\nspec:\n  " + String.join("\n  ", lines) + "\n");
  }

  /** A pod {@code web} of an API server with these labels and this spec, in lines. */
  public static PodSpec served(String labels, String... lines) throws FlintException {
    String metadata = "metadata: {name: web, uid: 1-2, labels: " + labels + "}\n";
    return PodParser.parse(
        document(metadata + "spec:\n  " + String.join("\n  ", lines) + "\n"), PodOrigin.API);
  }

  /** A pod {@code web} of one container with these members, in lines. */
  public static ContainerSpec container(String... lines) throws FlintException {
    return spec("containers:", "- name: app", "  image: i:1", "  " + String.join("\n    ", lines))
        .containers()
        .get(0);
  }

  /** A ConfigMap or Secret. */
  public static ConfigObject object(ConfigKind kind, String yaml) throws FlintException {
    return ConfigObject.parse(kind, document(yaml));
  }

  private static JsonObject document(String yaml) throws FlintException {
    List<JsonObject> all = YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "test");
    return all.get(0);
  }
}
