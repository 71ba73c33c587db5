package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.auth.BasicAuth;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.util.List;

/** A registry's refusal: its status first, its own words after. */
public final class RegistryException extends FlintException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_BODY = 64 * 1024;
  private static final int MAX_DETAIL = 300;

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
    String detail = detail(reply);
    String message =
        "cannot "
            + action
            + ": "
            + reply.url().getAuthority()
            + " answered "
            + reply.status()
            + (detail.isEmpty() ? "" : " (" + detail + ")");
    return new RegistryException(code(reply.status()), message, remedy(reply), reply.status());
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
              : "put credentials for " + reply.url().getAuthority() + " into Docker's config.json";
      case 403 -> "the account may not do this here";
      case 405 -> "the registry does not allow it; it may be read-only";
      case 413 -> "a proxy or the registry limits the size of requests";
      case 429 -> "wait and try again";
      default -> reply.status() >= 500 ? "try again later" : "";
    };
  }

  private static String detail(Reply reply) {
    byte[] bytes;
    try {
      bytes = reply.body().readNBytes(MAX_BODY);
    } catch (IOException e) {
      return "";
    }
    try {
      List<JsonObject> errors = JsonObject.parse(bytes, "error").objects("errors");
      if (errors.isEmpty()) {
        return "";
      }
      String code = errors.get(0).string("code").orElse("");
      String text = errors.get(0).string("message").orElse("");
      String both = code.isEmpty() || text.isEmpty() ? code + text : code + ": " + text;
      return both.substring(0, Math.min(MAX_DETAIL, both.length()));
    } catch (FlintException e) {
      // Proxies answer in HTML or not at all; the status says enough.
      return "";
    }
  }
}
