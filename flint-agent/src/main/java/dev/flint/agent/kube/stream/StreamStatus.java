package dev.flint.agent.kube.stream;

import dev.flint.oci.json.JsonObject;
import java.util.List;

/** How something ended, for its client (meta/v1 Status, as a kubelet's remotecommand has it). */
public final class StreamStatus {
  private StreamStatus() {}

  /** With an exit code. */
  static JsonObject exit(int code) {
    if (code == 0) {
      return JsonObject.empty().with("metadata", JsonObject.empty()).with("status", "Success");
    }
    JsonObject cause =
        JsonObject.empty().with("reason", "ExitCode").with("message", Integer.toString(code));
    return failed("command terminated with non-zero exit code: exit status " + code)
        .with("reason", "NonZeroExitCode")
        .with("details", JsonObject.empty().withObjects("causes", List.of(cause)));
  }

  /** It could not be done. */
  static JsonObject failure(String message) {
    return failed("Internal error occurred: " + message)
        .with("reason", "InternalError")
        .with(
            "details",
            JsonObject.empty()
                .withObjects("causes", List.of(JsonObject.empty().with("message", message))))
        .with("code", 500);
  }

  private static JsonObject failed(String message) {
    return JsonObject.empty()
        .with("metadata", JsonObject.empty())
        .with("status", "Failure")
        .with("message", message);
  }

  /** It was refused before it was begun: the whole answer. */
  public static JsonObject refusal(int code, String message) {
    return JsonObject.empty()
        .with("kind", "Status")
        .with("apiVersion", "v1")
        .with("metadata", JsonObject.empty())
        .with("status", "Failure")
        .with("message", message)
        .with("reason", code == 404 ? "NotFound" : code == 400 ? "BadRequest" : "")
        .with("code", code);
  }
}
