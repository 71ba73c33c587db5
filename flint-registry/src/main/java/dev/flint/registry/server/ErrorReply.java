package dev.flint.registry.server;

import dev.flint.oci.error.Failures;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;

/**
 * An error answer in the JSON form of the distribution spec ("Error Codes").
 *
 * @param status the HTTP status, 4xx or 5xx
 * @param details what the errors are about, one error each; without any there is one error
 */
record ErrorReply(int status, Problem problem, String message, List<JsonObject> details) {

  ErrorReply(int status, Problem problem, String message) {
    this(status, problem, message, List.of());
  }

  /**
   * The answer to a failure nobody foresaw. It says nothing about this machine; the cause is for
   * the access log.
   */
  static ErrorReply of(Exception failure) {
    if (failure instanceof EOFException) {
      return new ErrorReply(400, Problem.SIZE_INVALID, "the request body ended early");
    }
    if (failure instanceof IOException && Failures.isFullDisk(failure)) {
      return new ErrorReply(507, Problem.UNKNOWN, "the disk of the registry is full");
    }
    if (failure instanceof UpstreamException) {
      return new ErrorReply(
          502, Problem.UNKNOWN, "the upstream registry failed, refused, or could not be reached");
    }
    if (failure instanceof FlintException flint) {
      return switch (flint.code()) {
        case POLICY -> new ErrorReply(507, Problem.UNKNOWN, "over a limit of the repository");
        case INTEGRITY -> new ErrorReply(500, Problem.UNKNOWN, "the stored content is damaged");
        default -> new ErrorReply(500, Problem.UNKNOWN, "the repository cannot be read or written");
      };
    }
    return new ErrorReply(500, Problem.UNKNOWN, "the registry failed");
  }

  /** The body. */
  byte[] bytes() {
    JsonObject error = JsonObject.empty().with("code", problem.name()).with("message", message);
    List<JsonObject> errors =
        details.isEmpty()
            ? List.of(error)
            : details.stream().map(detail -> error.with("detail", detail)).toList();
    return JsonObject.empty().withObjects("errors", errors).bytes();
  }
}
