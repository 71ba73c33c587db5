package dev.flint.bench.fleet;

import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.kube.testing.ServerTls;
import dev.flint.agent.kube.testing.User;
import dev.flint.registry.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An API server over TLS for {@code bench/agent}: leaves {@code kubeconfig} in the folder that its
 * argument names, and runs until it is killed.
 */
final class ApiServer {
  private ApiServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    TestCertificate certificate = TestCertificate.create(folder.resolve("pki"), "IP:127.0.0.1");
    ServerTls tls = new ServerTls(certificate, certificate.pem());
    FakeApiServer server = FakeApiServer.start(ServerSettings.usual().withTls(tls));
    server.users().token("bench", User.serviceAccount("flint-agent", "flint-agent"));
    Path kubeconfig = folder.resolve("kubeconfig.new");
    Files.writeString(
        kubeconfig, Kubeconfigs.withToken(server.url(), "bench", certificate.pem().toString()));
    Files.move(kubeconfig, folder.resolve("kubeconfig"));
    Thread.currentThread().join();
  }
}
