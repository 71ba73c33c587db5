package dev.flint.agent.kube.api;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.time.Duration;
import java.util.OptionalLong;

/** The API server said no (Kubernetes API, meta/v1 Status). */
public final class ApiFailure extends FlintException {
  private static final long serialVersionUID = 1L;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int MISSING = 404;
  private static final int CONFLICT = 409;
  private static final int GONE = 410;
  private static final int UNPROCESSABLE = 422;
  private static final int TOO_MANY = 429;
  private static final int SERVER = 500;
  private static final int BAD_GATEWAY = 502;
  private static final int GATEWAY_TIMEOUT = 504;

  /** The longest that a server may put us off. */
  private static final long MAX_PAUSE_SECONDS = 300;

  private static final int MAX_MESSAGE = 500;

  private final int status;
  private final Duration retryAfter;

  private ApiFailure(String asked, int status, String text, Duration retryAfter) {
    super(category(status), asked + ": " + status + " " + text, remedy(status));
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /**
   * Of an answer.
   *
   * @param asked what was asked, as {@code GET /api/v1/nodes/edge}
   * @param code of HTTP, or of the event in a watch
   * @param body a Status, or anything else
   * @param retryAfterSeconds of the header, or less than 0
   */
  static ApiFailure of(String asked, int code, JsonObject body, long retryAfterSeconds) {
    String message = text(body, "message");
    String reason = text(body, "reason");
    String text = message.isEmpty() ? reason : message;
    long told = Math.max(retryAfterSeconds, seconds(body));
    return new ApiFailure(
        asked,
        code,
        text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) + "..." : text,
        Duration.ofSeconds(Math.max(0, Math.min(told, MAX_PAUSE_SECONDS))));
  }

  private static String text(JsonObject body, String name) {
    try {
      return body.string(name).orElse("");
    } catch (FlintException e) {
      return "";
    }
  }

  private static long seconds(JsonObject body) {
    try {
      JsonObject details = body.object("details").orElse(JsonObject.empty());
      OptionalLong seconds = details.integer("retryAfterSeconds");
      return seconds.orElse(-1);
    } catch (FlintException e) {
      return -1;
    }
  }

  private static ErrorCode category(int status) {
    return switch (status) {
      case UNAUTHORIZED, FORBIDDEN -> ErrorCode.AUTH;
      case MISSING -> ErrorCode.NOT_FOUND;
      case TOO_MANY -> ErrorCode.NETWORK;
      default -> status >= SERVER ? ErrorCode.NETWORK : ErrorCode.PROTOCOL;
    };
  }

  private static String remedy(int status) {
    return switch (status) {
      case UNAUTHORIZED -> "the credentials of the kubeconfig are not valid here, or no longer";
      case FORBIDDEN -> "docs/kubernetes.md says what the agent must be allowed to do";
      default -> "";
    };
  }

  /** The status of HTTP. */
  public int status() {
    return status;
  }

  /** How long the server wants to be left alone; zero if it says nothing. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /**
   * Whether a failure says nothing of what was asked for, so that nothing else is to be asked for
   * now: the server does not know us, wants to be left alone, or is not there. What it refuses
   * otherwise, 500 by a webhook for example, may be well for the next object.
   */
  public static boolean isAboutAll(FlintException failure) {
    return failure instanceof ApiFailure refusal
        ? refusal.isOfServer()
        : failure.code() == ErrorCode.NETWORK;
  }

  private boolean isOfServer() {
    boolean away = status >= BAD_GATEWAY && status <= GATEWAY_TIMEOUT;
    return away || status == UNAUTHORIZED || status == TOO_MANY || !retryAfter.isZero();
  }

  /** Whether there is no such object. */
  public boolean isMissing() {
    return status == MISSING;
  }

  /** Whether another one was faster, or something of this name is there. */
  public boolean isConflict() {
    return status == CONFLICT;
  }

  /** Whether a version is too old to go on from. */
  public boolean isGone() {
    return status == GONE;
  }

  /**
   * Whether the object cannot become what was asked for; for a status, often a pod of another uid.
   */
  public boolean isUnprocessable() {
    return status == UNPROCESSABLE;
  }
}
