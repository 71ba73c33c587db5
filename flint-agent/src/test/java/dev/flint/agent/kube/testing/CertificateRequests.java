package dev.flint.agent.kube.testing;

import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Approves and signs requests for certificates, as far as a test says; others stay pending. */
public final class CertificateRequests {
  /** Who signs. */
  @FunctionalInterface
  public interface Signer {
    /**
     * Signs what is asked for.
     *
     * @param request the whole CertificateSigningRequest
     * @return the certificate, PEM; nothing to leave it pending
     */
    Optional<String> sign(JsonObject request);
  }

  private final ObjectStore store;
  private final Clock clock;
  private volatile Signer signer = request -> Optional.empty();

  CertificateRequests(ObjectStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** From now on new requests are given to this one. */
  public void signer(Signer signer) {
    this.signer = signer;
  }

  void made(Stored request) {
    if (request.key().resource() == Resource.CERTIFICATE_REQUESTS) {
      signer.sign(request.full().object()).ifPresent(pem -> approve(request.key(), pem));
    }
  }

  /** Approves one that is pending, and issues its certificate. */
  public void approve(String name, String pem) {
    approve(new ObjectKey(Resource.CERTIFICATE_REQUESTS, "", name), pem);
  }

  /** Denies one that is pending. */
  public void deny(String name) {
    conclude(new ObjectKey(Resource.CERTIFICATE_REQUESTS, "", name), "Denied", Optional.empty());
  }

  private void approve(ObjectKey key, String pem) {
    conclude(key, "Approved", Optional.of(pem));
  }

  private void conclude(ObjectKey key, String type, Optional<String> pem) {
    synchronized (store) {
      Tree request = store.find(key).orElseThrow().edit();
      String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
      Tree status = request.make("status");
      status.set(
          "conditions",
          List.of(
              new Tree()
                  .set("type", type)
                  .set("status", "True")
                  .set("reason", "ATest")
                  .set("message", "a test wants it")
                  .set("lastUpdateTime", now)
                  .set("lastTransitionTime", now)));
      store.put(key, request);
      pem.ifPresent(
          text -> {
            Tree issued = request.copy();
            issued
                .make("status")
                .set(
                    "certificate",
                    Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
            store.put(key, issued);
          });
    }
  }
}
