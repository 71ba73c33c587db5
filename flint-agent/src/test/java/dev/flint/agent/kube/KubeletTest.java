package dev.flint.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.http.AgentView;
import dev.flint.agent.http.TestAgent;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.node.NodeAddresses;
import dev.flint.agent.kube.node.NodeSettings;
import dev.flint.agent.kube.serve.KubeletServer;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.oci.pem.Pem;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeletTest {
  @TempDir private Path folder;

  private Set<Object> names(List<String> addresses) throws Exception {
    KubeletOptions options =
        new KubeletOptions("127.0.0.1:0", Optional.empty(), Optional.empty(), Optional.empty());
    List<String> said = new ArrayList<>();
    try (FakeApiServer server = FakeApiServer.start();
        ApiClient api = server.client();
        TestAgent agent = new TestAgent(folder)) {
      AgentView view =
          new AgentView(
              agent.supervisor,
              agent.pods,
              TestAgent.HOST,
              folder,
              Path.of("/proc"),
              Clock.systemUTC());
      Kubelet kubelet =
          new Kubelet(options, NodeSettings.named("edge"), addresses, folder, said::add);
      try (KubeletServer listening =
          kubelet.start(api, Optional.empty(), view).orElseThrow(AssertionError::new)) {
        Pem own = Pem.of(folder.resolve("pki/kubelet-server-current.pem"));
        Set<Object> names = new HashSet<>();
        for (List<?> name : own.certificates().get(0).getSubjectAlternativeNames()) {
          names.add(name.get(1));
        }
        return names;
      }
    }
  }

  /** By which the API server and metrics-server ask for it. */
  @Test
  void itsOwnCertificateNamesTheAddressesThatAreMeasured() throws Exception {
    List<String> measured =
        new NodeAddresses(List.of(), URI.create("https://127.0.0.1:6443")).look();
    assertEquals(Set.of("edge", "127.0.0.1"), names(measured));
  }

  @Test
  void thereMayBeNone() throws Exception {
    assertEquals(Set.of("edge"), names(List.of()));
  }
}
