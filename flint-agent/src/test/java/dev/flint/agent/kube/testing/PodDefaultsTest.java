package dev.flint.agent.kube.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodDefaultsTest {
  private static Tree pod(ServerSettings settings, String spec) throws Exception {
    try (FakeApiServer server = FakeApiServer.start(settings)) {
      return Tree.of(
          server
              .cluster()
              .create("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: " + spec + "}"));
    }
  }

  private static Tree pod(String spec) throws Exception {
    return pod(ServerSettings.usual(), spec);
  }

  @Test
  void aBarePodGetsWhatARealServerGivesIt() throws Exception {
    Tree pod = pod("{containers: [{name: c, image: 'app:1'}]}");
    Tree spec = pod.child("spec").orElseThrow();
    assertEquals("Always", spec.text("restartPolicy").orElse(""));
    assertEquals("30", spec.text("terminationGracePeriodSeconds").orElse(""));
    assertEquals("ClusterFirst", spec.text("dnsPolicy").orElse(""));
    assertEquals("default", spec.text("serviceAccountName").orElse(""));
    assertEquals("true", spec.text("enableServiceLinks").orElse(""));
    assertEquals(2, spec.children("tolerations").size());
    assertEquals("Pending", pod.text("status", "phase").orElse(""));
    assertEquals("BestEffort", pod.text("status", "qosClass").orElse(""));

    Tree volume = spec.children("volumes").get(0);
    String name = volume.text("name").orElse("");
    assertTrue(name.matches("kube-api-access-.{5}"), name);
    List<Tree> sources = volume.child("projected").orElseThrow().children("sources");
    assertEquals(
        "3607", sources.get(0).text("serviceAccountToken", "expirationSeconds").orElse(""));
    assertEquals("kube-root-ca.crt", sources.get(1).text("configMap", "name").orElse(""));
    assertTrue(sources.get(2).has("downwardAPI"));
    Tree container = spec.children("containers").get(0);
    assertEquals(Optional.of(name), container.children("volumeMounts").get(0).text("name"));
    assertEquals("IfNotPresent", container.text("imagePullPolicy").orElse(""));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "app, Always",
    "app:latest, Always",
    "host:5000/app, Always",
    "host:5000/app:2, IfNotPresent",
    "app@sha256:ab, IfNotPresent"
  })
  void imagesThatMoveAreAlwaysPulled(String image, String policy) throws Exception {
    Tree pod = pod("{containers: [{name: c, image: '" + image + "'}]}");
    Tree container = pod.child("spec").orElseThrow().children("containers").get(0);
    assertEquals(policy, container.text("imagePullPolicy").orElse(""));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{limits: {cpu: 1, memory: 1Gi}} | Guaranteed",
        "{limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 0.5}} | Burstable",
        "{requests: {memory: 1Gi}} | Burstable"
      })
  void theClassFollowsFromTheResources(String resources, String qosClass) throws Exception {
    Tree pod = pod("{containers: [{name: c, image: a, resources: " + resources + "}]}");
    assertEquals(qosClass, pod.text("status", "qosClass").orElse(""));
  }

  @Test
  void theyCanBeLeftOut() throws Exception {
    Tree pod =
        pod(ServerSettings.usual().withoutPodDefaults(), "{containers: [{name: c, image: a}]}");
    assertFalse(pod.child("spec").orElseThrow().has("volumes"));
  }
}
