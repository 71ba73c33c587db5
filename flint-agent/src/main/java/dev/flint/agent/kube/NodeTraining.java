package dev.flint.agent.kube;

import dev.flint.agent.kube.serve.KubeletTls;
import dev.flint.oci.pem.CredulousTrust;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A cluster for a short life as its node, for the list of classes that the agent's archive has. */
public final class NodeTraining implements Closeable {
  private static final int SECONDS = 20;
  private static final String HOST = "127.0.0.1";
  private static final String NAME = "training";

  private final TrainingServer server;
  private final Path kubeconfig;

  private NodeTraining(TrainingServer server, Path kubeconfig) {
    this.server = server;
    this.kubeconfig = kubeconfig;
  }

  /**
   * Begins.
   *
   * @param folder that is there
   * @throws IOException where no certificate can be made, for example
   */
  public static NodeTraining open(Path folder) throws IOException {
    KubeletTls tls =
        KubeletTls.own(folder.resolve("server"), List.of(NAME), List.of(HOST), Instant.now());
    TrainingServer server = TrainingServer.start(tls);
    try {
      Path kubeconfig = folder.resolve("kubeconfig");
      Files.writeString(
          kubeconfig,
          """
          current-context: t
          contexts: [{name: t, context: {cluster: t, user: t}}]
          clusters: [{name: t, cluster: {server: "%s", certificate-authority-data: "%s"}}]
          users: [{name: t, user: {token: t}}]
          """
              .formatted(server.url(), authority(server.port())));
      return new NodeTraining(server, kubeconfig);
    } catch (IOException | GeneralSecurityException e) {
      server.close();
      throw new IOException(e);
    }
  }

  /** The options of the agent that make it a node of it. */
  public List<String> options() {
    return List.of(
        "--kubeconfig",
        kubeconfig.toString(),
        "--node-name",
        NAME,
        "--kubelet-listen",
        HOST + ":0");
  }

  /** Waits until the node has told of a pod and of itself, and its own API has answered. */
  public void live() throws IOException, InterruptedException {
    try {
      int port = server.kubelet().get(SECONDS, TimeUnit.SECONDS);
      for (String page : List.of("healthz", "metrics/resource", "stats/summary", "pods")) {
        look(port, page);
      }
      server.told().get(SECONDS, TimeUnit.SECONDS);
      server.settled().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** The server's own certificate vouches for it. */
  private static String authority(int port) throws IOException, GeneralSecurityException {
    try (SSLSocket socket = connect(port)) {
      byte[] certificate = socket.getSession().getPeerCertificates()[0].getEncoded();
      String pem =
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder().encodeToString(certificate)
              + "\n-----END CERTIFICATE-----\n";
      return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void look(int port, String page) throws IOException, GeneralSecurityException {
    try (SSLSocket socket = connect(port)) {
      String request =
          "GET /"
              + page
              + " HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer t\r\n"
              + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }

  private static SSLSocket connect(int port) throws IOException, GeneralSecurityException {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {new CredulousTrust()}, null);
    return (SSLSocket) tls.getSocketFactory().createSocket(HOST, port);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
