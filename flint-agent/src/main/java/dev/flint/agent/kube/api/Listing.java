package dev.flint.agent.kube.api;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonItem;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.json.JsonStream;
import java.io.IOException;

/** Reads lists, page by page, and each object by object. Immutable, thread-safe. */
public final class Listing {
  private static final int PAGE = 20;

  /**
   * More than that never ends. None is held here, and what has ended counts too: a cluster keeps
   * 12,500 such pods before it removes the oldest.
   */
  private static final int MAX_OBJECTS = 40_000;

  private static final int MAX_PAGES = MAX_OBJECTS / PAGE;

  private final ApiClient api;

  /** Of a server. */
  public Listing(ApiClient api) {
    this.api = api;
  }

  /**
   * Reads a list as it was at one moment.
   *
   * @param sink may be given an object twice
   * @return the version to watch from
   * @throws ApiFailure GONE if reading took so long that the server forgot that moment
   */
  public String read(ApiPath path, JsonStream.Sink sink) throws IOException {
    String next = "";
    Count count = new Count(sink);
    for (int pages = 0; pages < MAX_PAGES; pages++) {
      JsonObject page = page(path, next, count);
      JsonObject metadata = page.object("metadata").orElse(JsonObject.empty());
      next = metadata.string("continue").orElse("");
      if (next.isEmpty()) {
        return metadata.string("resourceVersion").orElse("");
      }
    }
    throw endless("GET " + path);
  }

  private static FlintException endless(String what) {
    return new FlintException(ErrorCode.POLICY, what + ": the list has no end");
  }

  private static final class Count implements JsonStream.Sink {
    private final JsonStream.Sink sink;
    private int objects;

    Count(JsonStream.Sink sink) {
      this.sink = sink;
    }

    @Override
    public void accept(JsonItem item) throws IOException {
      if (++objects > MAX_OBJECTS) {
        throw endless("a list");
      }
      sink.accept(item);
    }
  }

  private JsonObject page(ApiPath path, String next, JsonStream.Sink sink) throws IOException {
    try {
      return api.page(page(path, next, PAGE), sink);
    } catch (FlintException e) {
      if (e.code() != ErrorCode.POLICY) {
        throw e;
      }
      // Together they are too large: then one of them alone.
      return api.page(page(path, next, 1), sink);
    }
  }

  private static ApiPath page(ApiPath path, String next, int limit) {
    ApiPath page = path.with("limit", String.valueOf(limit));
    return next.isEmpty() ? page : page.with("continue", next);
  }
}
