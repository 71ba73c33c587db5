package dev.flint.agent.kube.testing;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Tokens of service accounts, bound to pods: they last as long as both pod and time do. */
final class Tokens {
  private static final long SHORTEST = 600;
  private static final String AUDIENCE = "https://kubernetes.default.svc";

  /** One that was given out. */
  private record Issued(
      ObjectKey account, ObjectKey pod, String podUid, Instant end, List<String> audiences) {}

  private final ObjectStore store;
  private final Clock clock;
  private final Map<String, Issued> issued = new ConcurrentHashMap<>();

  Tokens(ObjectStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Answers a TokenRequest. */
  Tree issue(ObjectKey account, Tree request) throws Refusal {
    store.get(account);
    Tree spec = request.make("spec");
    long seconds = spec.number("expirationSeconds").orElse(3600);
    if (seconds < SHORTEST) {
      throw Refusal.invalid(
          account,
          "spec.expirationSeconds",
          "Invalid value: " + seconds + ": may not specify a duration less than 10 minutes");
    }
    ObjectKey pod = bound(account, spec);
    String podUid = spec.text("boundObjectRef", "uid").orElse("");
    Instant end = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(seconds);
    List<String> audiences = spec.strings("audiences");
    String token = text(account, pod, podUid, end);
    issued.put(
        token,
        new Issued(account, pod, podUid, end, audiences.isEmpty() ? List.of(AUDIENCE) : audiences));
    spec.set("expirationSeconds", seconds);
    return request
        .copy()
        .set("kind", "TokenRequest")
        .set("apiVersion", "authentication.k8s.io/v1")
        .set("status", new Tree().set("token", token).set("expirationTimestamp", end.toString()));
  }

  private ObjectKey bound(ObjectKey account, Tree spec) throws Refusal {
    Optional<String> name = spec.text("boundObjectRef", "name");
    if (!spec.text("boundObjectRef", "kind").equals(Optional.of("Pod")) || name.isEmpty()) {
      // What the authorizer of nodes says.
      throw Refusal.forbidden(
          new ApiPath("", "serviceaccounts", account.namespace(), account.name(), "token"),
          "not bound to a pod");
    }
    ObjectKey key = new ObjectKey(Resource.PODS, account.namespace(), name.get());
    Stored pod = store.get(key);
    if (!spec.text("boundObjectRef", "uid").orElse("").equals(pod.uid())) {
      throw Refusal.conflict(
          key,
          "the UID in the bound object reference ("
              + spec.text("boundObjectRef", "uid").orElse("")
              + ") does not match the UID in record. The object might have been deleted and then"
              + " recreated");
    }
    if (!pod.tree().text("spec", "serviceAccountName").orElse("default").equals(account.name())) {
      throw Refusal.badRequest(
          "cannot bind token for serviceaccount \""
              + account.name()
              + "\" to pod running with different serviceaccount name");
    }
    return key;
  }

  private static String text(ObjectKey account, ObjectKey pod, String podUid, Instant end) {
    Tree claims =
        new Tree()
            .set("sub", "system:serviceaccount:" + account.namespace() + ":" + account.name())
            .set("exp", end.getEpochSecond())
            .set("pod", new Tree().set("name", pod.name()).set("uid", podUid))
            .set("jti", UUID.randomUUID().toString());
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
        + "."
        + encoder.encodeToString(claims.bytes())
        + ".c2lnbmF0dXJl";
  }

  /** Whose it is, while it is good. */
  Optional<User> of(String token) {
    Issued found = issued.get(token);
    if (found == null || !clock.instant().isBefore(found.end)) {
      return Optional.empty();
    }
    boolean podIsThere =
        store.find(found.pod).map(pod -> pod.uid().equals(found.podUid)).orElse(false);
    return podIsThere
        ? Optional.of(User.serviceAccount(found.account.namespace(), found.account.name()))
        : Optional.empty();
  }

  /** For whom it is. */
  List<String> audiences(String token) {
    Issued found = issued.get(token);
    return found == null ? List.of(AUDIENCE) : found.audiences;
  }
}
