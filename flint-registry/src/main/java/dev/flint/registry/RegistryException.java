package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.BasicAuth;
import dev.flint.registry.http.Reply;

/** A registry's refusal: its status first, its own words after. */
public final class RegistryException extends FlintException {
  private static final long serialVersionUID = 1L;

  private final int status;

  private RegistryException(ErrorCode code, String message, String remedy, int status) {
    super(code, message, remedy);
    this.status = status;
  }

  /** The HTTP status. */
  public int status() {
    return status;
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
          "leave out --plain-http",
          reply.status());
    }
    boolean damaged = reply.status() == 400 && body.code().equals("DIGEST_INVALID");
    return new RegistryException(
        damaged ? ErrorCode.INTEGRITY : code(reply.status()),
        message,
        remedy(reply),
        reply.status());
  }

  private static ErrorCode code(int status) {
    return switch (status) {
      case 401, 403 -> ErrorCode.AUTH;
      case 404 -> ErrorCode.NOT_FOUND;
      case 405, 408, 413, 425, 429 -> ErrorCode.NETWORK;
      default -> status >= 500 ? ErrorCode.NETWORK : ErrorCode.PROTOCOL;
    };
  }

  private static String remedy(Reply reply) {
    return switch (reply.status()) {
      case 401 ->
          BasicAuth.asksFor("bearer", reply)
              ? "this registry wants a token, which this version of Flint cannot get yet"
              : "log in with flint login " + reply.url().getAuthority();
      case 403 -> "the account may not do this here";
      case 405 -> "the registry does not allow it; it may be read-only";
      case 413 -> "a proxy or the registry limits the size of requests";
      case 429 -> "wait and try again";
      default -> reply.status() >= 500 ? "try again later" : "";
    };
  }
}
