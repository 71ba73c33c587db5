package dev.flint.registry;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.Challenge;
import dev.flint.registry.http.Reply;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A registry's refusal: its status first, its own words after. */
public final class RegistryException extends FlintException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String retryAfter;
  private final transient ErrorBody body;

  private RegistryException(
      ErrorCode code, String message, String remedy, Reply reply, ErrorBody body) {
    super(code, message, remedy);
    this.status = reply.status();
    this.retryAfter = reply.header("retry-after").orElse("");
    this.body = body;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** When the registry wants to be asked again, in its own words. */
  Optional<String> retryAfter() {
    return retryAfter.isEmpty() ? Optional.empty() : Optional.of(retryAfter);
  }

  /** Whether fewer bytes in one request may be taken. GHCR says so with 416. */
  boolean isTooLarge() {
    return status == 413
        || (status == 416 && body.message().toLowerCase(Locale.ROOT).contains("too large"));
  }

  /** The blobs that a manifest was refused for. */
  Set<Digest> missingBlobs() {
    return body.code().equals("MANIFEST_BLOB_UNKNOWN") ? body.digests() : Set.of();
  }

  /**
   * Reads a refusal, without trusting a byte of it.
   *
   * @param action what was tried, for example {@code pull localhost:5000/x:1}
   */
  static RegistryException of(String action, Reply reply) {
    ErrorBody body = ErrorBody.read(reply.body());
    String detail = body.text();
    String message =
        "cannot "
            + action
            + ": "
            + reply.url().getAuthority()
            + " answered "
            + reply.status()
            + (detail.isEmpty() ? "" : " (" + detail + ")");
    if (reply.status() == 400 && body.wantsTls()) {
      return new RegistryException(
          ErrorCode.NETWORK,
          message + " as it speaks https only",
          "leave out --plain-http or say --no-plain-http",
          reply,
          body);
    }
    boolean damaged = reply.status() == 400 && body.code().equals("DIGEST_INVALID");
    return new RegistryException(
        damaged ? ErrorCode.INTEGRITY : code(reply.status()), message, remedy(reply), reply, body);
  }

  private static ErrorCode code(int status) {
    return switch (status) {
      case 401, 403 -> ErrorCode.AUTH;
      case 404 -> ErrorCode.NOT_FOUND;
      case 405, 408, 413, 425, 429, 499 -> ErrorCode.NETWORK;
      default -> status >= 500 ? ErrorCode.NETWORK : ErrorCode.PROTOCOL;
    };
  }

  private static String remedy(Reply reply) {
    return switch (reply.status()) {
      case 401 ->
          Challenge.of(reply).stream().anyMatch(Challenge::wantsMoreRights)
              ? "the account may not do this here"
              : "log in with flint login " + Endpoints.name(reply.url());
      case 403 -> "the account may not do this here";
      case 405 -> "the registry does not allow it; it may be read-only";
      case 413 -> "a proxy or the registry limits the size of requests";
      case 429 -> "wait and try again";
      case 507 -> "the registry is full, or the account's share of it";
      default -> reply.status() >= 500 ? "try again later" : "";
    };
  }
}
