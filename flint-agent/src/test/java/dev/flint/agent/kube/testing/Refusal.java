package dev.flint.agent.kube.testing;

import java.util.List;

/** Why the server does not do what it was asked: an HTTP status and a Status object. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String reason;
  private final transient Tree details;

  private Refusal(int code, String reason, String message, Tree details) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  static Refusal of(int code, String reason, String message) {
    return new Refusal(code, reason, message, new Tree());
  }

  private static Refusal about(ObjectKey key, int code, String reason, String message) {
    Tree details = new Tree();
    if (!key.name().isEmpty()) {
      details.set("name", key.name());
    }
    if (!key.resource().group().isEmpty()) {
      details.set("group", key.resource().group());
    }
    details.set("kind", key.resource().plural());
    return new Refusal(code, reason, message, details);
  }

  private static String named(ObjectKey key) {
    return key.resource().qualified() + " \"" + key.name() + "\"";
  }

  static Refusal notFound(ObjectKey key) {
    return about(key, 404, "NotFound", named(key) + " not found");
  }

  static Refusal noSuchPath() {
    return of(404, "NotFound", "the server could not find the requested resource");
  }

  static Refusal alreadyExists(ObjectKey key) {
    return about(key, 409, "AlreadyExists", named(key) + " already exists");
  }

  static Refusal conflict(ObjectKey key, String why) {
    return about(
        key, 409, "Conflict", "Operation cannot be fulfilled on " + named(key) + ": " + why);
  }

  static Refusal modified(ObjectKey key) {
    return conflict(
        key,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  static Refusal invalid(ObjectKey key, String field, String problem) {
    Refusal refusal =
        about(
            key,
            422,
            "Invalid",
            key.resource().kind()
                + " \""
                + key.name()
                + "\" is invalid: "
                + field
                + ": "
                + problem);
    refusal.details.set(
        "causes",
        List.of(
            new Tree()
                .set("reason", "FieldValueInvalid")
                .set("message", problem)
                .set("field", field)));
    return refusal;
  }

  static Refusal badRequest(String why) {
    return of(400, "BadRequest", why);
  }

  static Refusal forbidden(ApiPath path, String why) {
    Tree details = new Tree();
    String what = path.plural() + (path.group().isEmpty() ? "" : "." + path.group());
    if (!path.name().isEmpty()) {
      details.set("name", path.name());
      what += " \"" + path.name() + "\"";
    }
    if (!path.group().isEmpty()) {
      details.set("group", path.group());
    }
    details.set("kind", path.plural());
    return new Refusal(403, "Forbidden", what + " is forbidden: " + why, details);
  }

  static Refusal unauthorized() {
    return of(401, "Unauthorized", "Unauthorized");
  }

  static Refusal methodNotAllowed() {
    return of(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  }

  static Refusal expired(long version, long oldest) {
    return of(410, "Expired", "too old resource version: " + version + " (" + oldest + ")");
  }

  static Refusal expiredPage() {
    return of(
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result.");
  }

  static Refusal tooLarge(long version, long current) {
    Tree details =
        new Tree()
            .set(
                "causes",
                List.of(
                    new Tree()
                        .set("reason", "ResourceVersionTooLarge")
                        .set("message", "Too large resource version")))
            .set("retryAfterSeconds", 1);
    return new Refusal(
        504,
        "Timeout",
        "Timeout: Too large resource version: " + version + ", current: " + current,
        details);
  }

  static Refusal busy(int code, String reason, String message, int retryAfterSeconds) {
    Tree details = new Tree();
    if (retryAfterSeconds > 0) {
      details.set("retryAfterSeconds", retryAfterSeconds);
    }
    return new Refusal(code, reason, message, details);
  }

  int code() {
    return code;
  }

  /** Seconds for a Retry-After header; 0 for none. */
  long retryAfterSeconds() {
    return details.number("retryAfterSeconds").orElse(0);
  }

  /** The Status object that is the body of the answer. */
  Tree status() {
    Tree status =
        new Tree()
            .set("kind", "Status")
            .set("apiVersion", "v1")
            .set("metadata", new Tree())
            .set("status", "Failure")
            .set("message", String.valueOf(getMessage()))
            .set("reason", reason);
    if (!details.members().isEmpty()) {
      status.set("details", details);
    }
    return status.set("code", code);
  }
}
