package dev.flint.agent.kube.pki;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.pem.Pem;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

/**
 * Asks a cluster for a node's certificate (certificates.k8s.io/v1). Whether and when it is given is
 * the cluster's matter: it may approve by itself, or an administrator does.
 */
final class CertificateOrder {
  private static final ApiPath REQUESTS =
      ApiPath.of("apis", "certificates.k8s.io", "v1", "certificatesigningrequests");

  private final ApiClient api;

  /** Asks as a bootstrap token's bearer, or later as the node itself. */
  CertificateOrder(ApiClient api) {
    this.api = api;
  }

  /** Asks; returns the name of the request. */
  String place(String node, NodeKey key) throws IOException {
    JsonObject spec =
        JsonObject.empty()
            .with("request", Base64.getEncoder().encodeToString(key.request(node)))
            .with("signerName", "kubernetes.io/kube-apiserver-client-kubelet")
            .withStrings("usages", List.of("digital signature", "client auth"));
    JsonObject made =
        api.create(
            REQUESTS,
            JsonObject.empty()
                .with("apiVersion", "certificates.k8s.io/v1")
                .with("kind", "CertificateSigningRequest")
                .with("metadata", JsonObject.empty().with("generateName", "node-csr-"))
                .with("spec", spec));
    return made.object("metadata").orElse(JsonObject.empty()).requiredString("name");
  }

  /** What became of a request. */
  sealed interface Answer {}

  /** There is a certificate, the own one first. */
  record Given(Pem chain) implements Answer {}

  /** Somebody said no. */
  record Refused(String why) implements Answer {}

  /** There is no such request any more. */
  record Forgotten() implements Answer {}

  /** Nothing yet, or the server does not say. */
  record Waiting() implements Answer {}

  /**
   * Looks what became of it.
   *
   * @throws FlintException PROTOCOL or LOCAL_IO if what was given is no certificate
   */
  Answer look(String name) throws IOException {
    JsonObject status;
    try {
      status = api.get(REQUESTS.then(name)).object("status").orElse(JsonObject.empty());
    } catch (ApiFailure e) {
      return e.isMissing() ? new Forgotten() : new Waiting();
    } catch (FlintException e) {
      if (e.code() == ErrorCode.NETWORK) {
        return new Waiting();
      }
      throw e;
    }
    for (JsonObject condition : status.objects("conditions")) {
      String type = condition.string("type").orElse("");
      if (type.equals("Denied") || type.equals("Failed")) {
        return new Refused(type + ": " + condition.string("message").orElse(""));
      }
    }
    String certificate = status.string("certificate").orElse("");
    if (certificate.isEmpty()) {
      return new Waiting();
    }
    try {
      Pem pem = new Pem(Base64.getDecoder().decode(certificate), "the certificate of " + name);
      // Whatever it is, it must be one before anything is written.
      pem.certificates();
      return new Given(pem);
    } catch (IllegalArgumentException e) {
      throw status.wrong("certificate", "base64");
    }
  }
}
