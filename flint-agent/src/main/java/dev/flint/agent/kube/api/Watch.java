package dev.flint.agent.kube.api;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonItem;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.json.JsonStream;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.Response;

/**
 * What changes in a list, as the server tells it: one JSON object after the other. One thread reads
 * and closes it; another may cancel it, which ends the reading with a failure.
 */
public final class Watch implements Closeable {
  private static final JsonItem NOTHING = JsonItem.whole(JsonObject.empty());

  private final String asked;
  private final Call call;
  private final Response response;
  private final JsonStream stream;
  private JsonItem item = NOTHING;

  Watch(String asked, Call call, Response response, JsonStream stream) {
    this.asked = asked;
    this.call = call;
    this.response = response;
    this.stream = stream;
  }

  /** What happened to an object. */
  public enum Kind {
    /** It is there now. */
    ADDED,
    /** It is another. */
    MODIFIED,
    /** It is gone; what is told is how it was. */
    DELETED,
    /** Nothing but how far the server has come, or what a newer one may mean by its event. */
    BOOKMARK
  }

  /** One thing that happened. */
  public record Event(Kind kind, JsonItem item) {}

  /**
   * Waits for the next event.
   *
   * @return empty if the server has ended it; it may be watched on from the last version
   * @throws ApiFailure with the server's own words if it says that it cannot go on
   * @throws FlintException NETWORK if the connection is lost, PROTOCOL or POLICY if this is no
   *     event
   */
  public Optional<Event> next() throws IOException {
    item = NOTHING;
    Optional<JsonObject> event;
    try {
      event = stream.next("object", object -> item = object);
    } catch (FlintException e) {
      throw e;
    } catch (IOException e) {
      throw new FlintException(ErrorCode.NETWORK, asked + ": " + ApiClient.why(e), e);
    }
    if (event.isEmpty()) {
      return Optional.empty();
    }
    String type = event.get().requiredString("type");
    return switch (type) {
      case "ADDED", "MODIFIED", "DELETED" -> Optional.of(new Event(Kind.valueOf(type), item));
      case "ERROR" -> throw ApiFailure.of(asked, code(item.object()), item.object(), -1);
      default -> Optional.of(new Event(Kind.BOOKMARK, item));
    };
  }

  private static int code(JsonObject status) {
    try {
      return (int) status.integer("code").orElse(0);
    } catch (FlintException e) {
      return 0;
    }
  }

  /** Ends it, from any thread. */
  public void cancel() {
    call.cancel();
  }

  @Override
  public void close() {
    // Else what is still to come would be waited for, so that the connection can be used again.
    call.cancel();
    response.close();
  }
}
