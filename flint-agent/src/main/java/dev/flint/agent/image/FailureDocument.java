package dev.flint.agent.image;

import dev.flint.oci.error.Failures;
import dev.flint.oci.error.NoRoomException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.Optional;

/** What whoever asked for an image should know of a failure beside its message. */
public final class FailureDocument {
  private FailureDocument() {}

  /**
   * Writes: {@code reason}, in the words that pods have for it, or {@code missingBytes} that should
   * be free, 0 if nobody knows how many.
   */
  public static Optional<JsonObject> write(IOException failure) {
    if (failure instanceof NotAdmittedException) {
      return Optional.of(JsonObject.empty().with("reason", "ImageNotAdmitted"));
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoRoomException room) {
        return Optional.of(JsonObject.empty().with("missingBytes", room.missing()));
      }
      if (Failures.isFullDisk(cause)) {
        return Optional.of(JsonObject.empty().with("missingBytes", 0L));
      }
    }
    return Optional.empty();
  }
}
