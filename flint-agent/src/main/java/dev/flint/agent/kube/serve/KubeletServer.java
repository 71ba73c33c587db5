package dev.flint.agent.kube.serve;

import dev.flint.agent.http.AgentView;
import dev.flint.agent.http.Answers;
import dev.flint.agent.http.Listener;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.stream.Forwarding;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The kubelet API (docs/kubernetes.md): what a cluster asks its node, over TLS and only for whom
 * the API server allows it.
 */
public final class KubeletServer implements Closeable {
  /** The port that kubelets have. */
  public static final int USUAL_PORT = 10250;

  /**
   * What it has of a kubelet that not every kubelet has ({@code status.declaredFeatures}), sorted:
   * the WebSockets of clients are passed on to it as they are, and not turned into SPDY.
   */
  public static final List<String> FEATURES = List.of("ExtendWebSocketsToKubelet");

  private final Listener listener;

  private KubeletServer(Listener listener) {
    this.listener = listener;
  }

  /**
   * Listens.
   *
   * @param address where; port 0 chooses a free one
   * @param api asked about pods that nothing is known of here
   * @throws FlintException LOCAL_IO if the port is taken
   */
  public static KubeletServer start(
      InetSocketAddress address, KubeletTls tls, KubeletAuth auth, ApiClient api, AgentView view)
      throws IOException {
    return start(address, tls, auth, api, view, Programs.of(view.supervisor()));
  }

  static KubeletServer start(
      InetSocketAddress address,
      KubeletTls tls,
      KubeletAuth auth,
      ApiClient api,
      AgentView view,
      Programs programs)
      throws IOException {
    String node = view.host().nodeName();
    PodContainers containers = new PodContainers(view.pods(), view.supervisor(), node);
    PodStreams streams =
        new PodStreams(containers, view.supervisor(), programs, Forwarding.usual());
    KubeletPages pages =
        new KubeletPages(auth, new Answers(view), containers, new BoundPods(api, node), streams);
    return new KubeletServer(
        Listener.secure(address, tls.context(), auth.takesCertificates(), pages));
  }

  /** Where it listens, with the real port: {@code daemonEndpoints} of the node tells of it. */
  public InetSocketAddress address() {
    return listener.address();
  }

  @Override
  public void close() {
    listener.close();
  }
}
