package dev.flint.agent.kube.pki;

import dev.flint.agent.kube.api.ApiAccess;
import dev.flint.agent.kube.api.Credential;
import dev.flint.agent.kube.api.Kubeconfig;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;

/**
 * How a node gets into its cluster, as its files say (Kubernetes, "TLS bootstrapping").
 *
 * @param access as the node itself; its certificate may still have to be got
 * @param kubeconfig of the node
 * @param certificate that the agent renews; none if others do
 * @param bootstrap a kubeconfig by which a certificate is asked for where there is none that holds;
 *     it may be gone. None if others renew the certificate
 * @param joins whether there is no certificate that holds
 */
public record NodeJoin(
    ApiAccess access,
    Path kubeconfig,
    Optional<NodeCertificate> certificate,
    Optional<Path> bootstrap,
    boolean joins) {
  /**
   * Looks.
   *
   * @param kubeconfig of the node; one of the two must be there
   * @param bootstrap a kubeconfig with a token that may ask for a certificate
   * @param own where the certificate of the node is kept
   * @throws FlintException USAGE, LOCAL_IO or UNSUPPORTED, naming the file
   */
  public static NodeJoin of(
      Path kubeconfig, Optional<Path> bootstrap, NodeCertificate own, Instant now)
      throws IOException {
    boolean there = Files.exists(kubeconfig);
    Credential held = held(own);
    if (bootstrap.isPresent() && (!there || names(kubeconfig, own))) {
      // One that ran out while the device was off, or is lost, is asked for as the first one was.
      boolean joins = !own.isGood(now);
      if (joins) {
        putAside(own);
      }
      ApiAccess place = place(kubeconfig, joins || !there, bootstrap.get());
      return new NodeJoin(place.as(held), kubeconfig, Optional.of(own), bootstrap, joins);
    }
    ApiAccess access = Kubeconfig.read(kubeconfig);
    boolean ours = access.credential().equals(held);
    return new NodeJoin(
        access, kubeconfig, ours ? Optional.of(own) : Optional.empty(), Optional.empty(), false);
  }

  private static ApiAccess place(Path kubeconfig, boolean asks, Path bootstrap) throws IOException {
    if (asks) {
      try {
        return Kubeconfig.place(bootstrap);
      } catch (IOException e) {
        // It may have been deleted; whoever asks by it says so, and pods of files run.
        if (!Files.exists(kubeconfig)) {
          throw e;
        }
      }
    }
    return Kubeconfig.place(kubeconfig);
  }

  /** What cannot be used: a client that begins would fail by it. */
  private static void putAside(NodeCertificate own) throws IOException {
    Path file = own.file();
    if (Files.exists(file) && own.find().isEmpty()) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".damaged"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Has the kubeconfig of the node name its certificate. */
  void name() throws IOException {
    NodeKubeconfig.write(kubeconfig, access, certificate.orElseThrow());
  }

  private static Credential held(NodeCertificate own) {
    return new Credential.CertificateFiles(own.file(), own.file());
  }

  /** Whether a kubeconfig names the certificate, which may be gone. */
  private static boolean names(Path kubeconfig, NodeCertificate own) throws IOException {
    if (!Files.exists(own.file())) {
      String text = Files.readString(kubeconfig);
      return text.contains(own.file().toString());
    }
    return Kubeconfig.read(kubeconfig).credential().equals(held(own));
  }
}
