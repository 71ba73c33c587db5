package dev.flint.agent.kube;

import dev.flint.agent.http.AgentView;
import dev.flint.agent.http.ListenAddress;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.node.NodeSettings;
import dev.flint.agent.kube.serve.KubeletAuth;
import dev.flint.agent.kube.serve.KubeletServer;
import dev.flint.agent.kube.serve.KubeletTls;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Starts the kubelet's API as options say. */
final class Kubelet {
  private static final String NOWHERE = "none";

  private final KubeletOptions options;
  private final NodeSettings settings;
  private final List<String> addresses;
  private final Path state;
  private final Consumer<String> warnings;

  /**
   * Listens nowhere yet.
   *
   * @param addresses of the node as it is found now, which its own certificate names
   */
  Kubelet(
      KubeletOptions options,
      NodeSettings settings,
      List<String> addresses,
      Path state,
      Consumer<String> warnings) {
    this.options = options;
    this.settings = settings;
    this.addresses = addresses;
    this.state = state;
    this.warnings = warnings;
  }

  /**
   * Listens, if it is to.
   *
   * @param authority who vouches for the API server
   * @return empty if it does not; if the usual port is taken that is said, as pods matter more
   */
  Optional<KubeletServer> start(ApiClient api, Optional<Pem> authority, AgentView view)
      throws IOException {
    if (options.listen().equals(NOWHERE)) {
      return Optional.empty();
    }
    boolean chosen = !options.listen().isEmpty();
    String listen = chosen ? options.listen() : "0.0.0.0:" + KubeletServer.USUAL_PORT;
    try {
      Optional<Path> file = options.clientAuthority();
      Optional<Pem> clients = file.isPresent() ? Optional.of(Pem.of(file.get())) : authority;
      KubeletAuth auth =
          new KubeletAuth(api, settings.name(), clients, Clock.systemUTC(), warnings);
      return Optional.of(
          KubeletServer.start(ListenAddress.anywhere(listen), tls(), auth, api, view));
    } catch (FlintException e) {
      if (chosen || e.code() != ErrorCode.LOCAL_IO) {
        throw e;
      }
      warnings.accept("the kubelet API: " + FlintException.line(e));
      return Optional.empty();
    }
  }

  private KubeletTls tls() throws IOException {
    if (options.certificate().isPresent() != options.key().isPresent()) {
      throw new FlintException(
          ErrorCode.USAGE, "--tls-cert-file and --tls-private-key-file go together");
    }
    return options.certificate().isPresent()
        ? KubeletTls.given(options.certificate().get(), options.key().orElseThrow())
        : KubeletTls.own(state.resolve("pki"), List.of(settings.name()), addresses, Instant.now());
  }
}
