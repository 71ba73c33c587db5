package dev.flint.agent.kube.serve;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiPath;
import dev.flint.oci.Digest;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Whose token that is, as the API server says (authentication/v1 TokenReview). Of a token only its
 * digest is kept. Thread-safe.
 */
final class TokenReviews {
  private static final ApiPath PATH =
      ApiPath.of("apis", "authentication.k8s.io", "v1", "tokenreviews");
  private static final int MOST = 1000;

  /** Apart, so that made-up tokens do not push out good ones. */
  private static final int MOST_REFUSED = 100;

  private static final int LONGEST = 16 * 1024;
  private static final Duration GOOD = Duration.ofMinutes(2);
  private static final Duration BAD = Duration.ofSeconds(30);

  /** At once: whoever makes up tokens does not take a thread for each. */
  private static final int MOST_ASKED = 8;

  /** For one of those; known ones ask anew now and then, beside strangers. */
  private static final int PATIENCE_SECONDS = 2;

  private final ApiClient api;
  private final Semaphore asking = new Semaphore(MOST_ASKED, true);
  private final Remembered<Digest, Caller> known;
  private final Remembered<Digest, Boolean> refused;

  TokenReviews(ApiClient api, InstantSource clock) {
    this.api = api;
    this.known = new Remembered<>(MOST, clock);
    this.refused = new Remembered<>(MOST_REFUSED, clock);
  }

  /** Too many are asked about at this moment. */
  static final class Busy extends IOException {
    private static final long serialVersionUID = 1;

    Busy() {
      super("the API server is asked about " + MOST_ASKED + " tokens already");
    }
  }

  /**
   * Asks, or remembers.
   *
   * @return empty if the server does not know it
   * @throws Busy if it has to wait for others
   * @throws IOException if the server cannot be asked
   */
  Optional<Caller> caller(String token) throws IOException {
    if (token.isEmpty() || token.length() > LONGEST) {
      return Optional.empty();
    }
    Digest key = Digest.sha256(token.getBytes(StandardCharsets.UTF_8));
    Optional<Caller> before = known.find(key);
    if (before.isPresent() || refused.find(key).isPresent()) {
      return before;
    }
    try {
      if (!asking.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new Busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Busy();
    }
    Optional<Caller> caller;
    try {
      caller = ask(token);
    } finally {
      asking.release();
    }
    if (caller.isPresent()) {
      known.keep(key, caller.get(), GOOD);
    } else {
      refused.keep(key, true, BAD);
    }
    return caller;
  }

  private Optional<Caller> ask(String token) throws IOException {
    JsonObject review =
        JsonObject.empty()
            .with("kind", "TokenReview")
            .with("apiVersion", "authentication.k8s.io/v1")
            .with("spec", JsonObject.empty().with("token", token));
    JsonObject status = api.create(PATH, review).object("status").orElse(JsonObject.empty());
    JsonObject user = status.object("user").orElse(JsonObject.empty());
    String name = user.string("username").orElse("");
    if (!status.flag("authenticated") || name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Caller(
            name,
            user.string("uid").orElse(""),
            user.strings("groups"),
            user.object("extra").orElse(JsonObject.empty())));
  }
}
