package dev.flint.agent.kube.pod;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.kube.api.ApiAccess;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.Credential;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What pods name does not fill the memory of who reads it, and keeps nobody from the rest. */
@Timeout(120)
final class SmallHeapInputsTest {
  /** The agent's. */
  private static final String HEAP = "-Xmx24m";

  /** As large as etcd takes it, of the smallest entries that there can be. */
  private static String manyKeys() {
    StringBuilder map = new StringBuilder();
    map.append("{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{},\"data\":{");
    for (int i = 0; i < 150_000; i++) {
      map.append("\"").append(Integer.toString(50_000 + i, 36)).append("\":\"\",");
    }
    return map.append("\"last\":\"\"}}").toString();
  }

  /** As large as one can be otherwise. */
  private static String longText() {
    return "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"managedFields\":"
        + "[{\"x\":1}]},\"data\":{\"k\":\""
        + "x".repeat(1 << 20)
        + "\"}}";
  }

  @Test
  void anObjectOfManyKeysIsTooLargeAndOthersAreRead() throws Exception {
    try (FakeApiServer server = FakeApiServer.start(ServerSettings.usual())) {
      server.faults().all("GET", "/configmaps/keys", new Fault.Says(manyKeys()));
      server.faults().all("GET", "/configmaps/text", new Fault.Says(longText()));
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  HEAP,
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SmallHeapInputsTest.class.getName(),
                  server.url())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertEquals(0, process.waitFor(), said);
      assertEquals(
          List.of(
              "configmap default/keys: it is too large: refusing to read the answer to GET"
                  + " /api/v1/namespaces/default/configmaps/keys: it has more than 20000 values",
              "keys: true",
              "text: true"),
          said.lines().toList());
    }
  }

  private static PodSpec pod(String map) throws FlintException {
    String json =
        """
        {"metadata": {"name": "%s", "uid": "%s"}, "spec": {"containers": [{"name": "app",
          "image": "i", "envFrom": [{"configMapRef": {"name": "%s"}}]}]}}
        """
            .formatted(map, map, map);
    return PodParser.parse(JsonObject.parse(json.getBytes(UTF_8), "pod"));
  }

  /** Reads what two pods name. */
  public static void main(String[] args) throws Exception {
    Consumer<String> say = System.out::println;
    URI url = URI.create(args[0]);
    try (ApiClient api =
            new ApiClient(
                new ApiAccess(url, Optional.empty(), true, "", new Credential.Nobody()), "test");
        ServerInputs inputs = new ServerInputs(api, () -> 0, say)) {
      PodSpec keys = pod("keys");
      inputs.want(List.of(keys));
      inputs.askWhatIsDue();
      PodSpec text = pod("text");
      inputs.want(List.of(keys, text));
      inputs.askWhatIsDue();
      System.out.println("keys: " + inputs.isReady(keys));
      System.out.println("text: " + inputs.isReady(text));
    }
  }
}
