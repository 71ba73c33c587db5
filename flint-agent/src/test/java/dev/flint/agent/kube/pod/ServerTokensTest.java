package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.event.ObjectEvent;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PullCredentials;
import dev.flint.agent.pod.watch.PodEvent;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tokens and pull secrets of pods. */
final class ServerTokensTest extends InputsCase {
  @Test
  void aTokenIsBoundToItsPodAndRenewedBeforeItsEnd() throws Exception {
    PodSpec web = create(WEB);
    pods.look();
    pass(0);
    assertEquals(1, added());
    JsonObject spec =
        server.log().all("POST", "/token").get(0).body().orElseThrow().object("spec").orElseThrow();
    assertEquals(3607, spec.integer("expirationSeconds").orElse(0));
    assertEquals(List.of(), spec.strings("audiences"));
    JsonObject bound = spec.object("boundObjectRef").orElseThrow();
    assertEquals("web", bound.requiredString("name"));
    assertEquals(web.uid(), bound.requiredString("uid"));

    Path access = access(web);
    assertTrue(access.startsWith(temp.resolve("secret")));
    assertEquals("an authority", Files.readString(access.resolve("ca.crt")));
    assertEquals("default", Files.readString(access.resolve("namespace")));
    String token = Files.readString(access.resolve("token"));
    assertEquals(
        "system:serviceaccount:default:default",
        JsonObject.parse(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), "claims")
            .requiredString("sub"));

    pass(3607 * 1000 * 7 / 10);
    assertEquals(1, server.log().all("POST", "/token").size());
    pass(3607 * 1000 / 10);
    assertEquals(2, server.log().all("POST", "/token").size());
    assertTrue(renews());
    assertNotEquals(token, Files.readString(access(web).resolve("token")));
    assertNoSecretsIn(said);
  }

  @Test
  void afterARestartOfTheAgentWhatRunsGetsATokenThatIsRenewed() throws Exception {
    create(WEB);
    pods.look();
    pass(0);
    List<PodEvent> events = pods.look();
    assertEquals(2, events.size());
    assertEquals(new PodEvent.ObjectsChanged(), events.get(1));
  }

  @Test
  void aSecretToPullWithGivesItsCredentialsAndNothingElse() throws Exception {
    secret("old", ".dockercfg", "{\"hub.example\":{\"username\":\"me\",\"password\":\"hunter4\"}}");
    secret("odd", ".dockerconfigjson", "hunter5");
    secret(
        "helped",
        ".dockerconfigjson",
        "{\"credsStore\":\"evil\",\"credHelpers\":{\"lan\":\"evil\"},\"auths\":{}}");
    PodSpec web =
        create(
            WEB.replace(
                "{name: pull}",
                "{name: pull}, {name: old}, {name: odd}, {name: helped}," + " {name: missing}"));
    pods.look();
    pass(0);
    assertEquals(1, added());
    List<ObjectEvent> events = new ArrayList<>();
    inputs.post(events::add);
    PullCredentials all = pods.pullCredentials(web.uid());
    assertEquals(
        List.of(
            new ObjectEvent(
                web.name(),
                web.uid(),
                "",
                true,
                "FailedToRetrieveImagePullSecret",
                "Unable to retrieve some image pull secrets (missing); attempting to pull the image"
                    + " may not succeed.")),
        events);
    assertTrue(all.isOfCluster());
    assertEquals(3, all.ids().size());
    String text = new String(all.document().bytes(), StandardCharsets.UTF_8);
    assertTrue(text.contains("bWU6aHVudGVyMw==") && text.contains("hunter4"), text);
    assertFalse(text.contains("evil"), text);
    assertEquals("3 pull secrets", all.toString());
    assertEquals(
        List.of(
            "secret default/odd has no credentials to pull images with",
            "secret default/missing has no credentials to pull images with"),
        said);
    assertSame(PullCredentials.NONE, pods.pullCredentials("another"));
    assertEquals(Set.of(), PullCredentials.NONE.ids());
  }

  @Test
  void clientsInPodsAreToldWhereTheServerIs() {
    assertEquals(
        Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "6443"),
        ServerVariables.of("https://10.0.0.1:6443"));
    assertEquals(
        Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "443"),
        ServerVariables.of("https://[fd00::1]"));
    assertEquals(Map.of(), ServerVariables.of("https://k8s.example/cluster/a"));
    assertEquals(Map.of(), ServerVariables.of("http://127.0.0.1:8080"));
  }
}
