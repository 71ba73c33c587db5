package dev.flint.registry.server;

import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.List;

/** Listing tags (distribution spec end-8), and repositories as Docker's registry does. */
final class TagHandler {
  private static final String JSON = "application/json";

  private final Repositories repositories;

  TagHandler(Repositories repositories) {
    this.repositories = repositories;
  }

  void list(Call call, String name) throws IOException, Refusal {
    checkMethod(call);
    // Other tools may have put names into the layout that are not tags.
    List<String> tags =
        repositories.require(name).layout().index().names().stream()
            .filter(Reference::isTag)
            .toList();
    JsonObject answer =
        JsonObject.empty().with("name", name).withStrings("tags", Page.of(call, tags));
    call.answer(200, JSON, answer.bytes());
  }

  void catalog(Call call) throws IOException, Refusal {
    checkMethod(call);
    List<String> names = Page.of(call, repositories.names());
    call.answer(200, JSON, JsonObject.empty().withStrings("repositories", names).bytes());
  }

  private static void checkMethod(Call call) throws Refusal {
    if (!call.isHead() && !call.method().equals("GET")) {
      throw Refusal.method(call, "GET, HEAD");
    }
  }
}
