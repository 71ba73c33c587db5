package dev.flint.agent.kube.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** Lists, in pages when asked: later pages are of the moment of the first. Thread-safe. */
final class Lists {
  private static final int KEPT_PAGES = 1000;

  /** What is left of a list. */
  private record Rest(long version, List<Stored> items) {}

  private final ObjectStore store;
  private final Map<String, Rest> rests = new LinkedHashMap<>();

  Lists(ObjectStore store) {
    this.store = store;
  }

  Answer list(ApiRequest request) throws Refusal {
    Selection selection = request.selection();
    Rest found = found(request, selection);
    int limit = (int) Math.min(Integer.MAX_VALUE, request.number("limit").orElse(0L));
    List<Stored> items = found.items;
    Tree metadata = new Tree().set("resourceVersion", String.valueOf(found.version));
    if (limit > 0 && items.size() > limit) {
      Rest rest = new Rest(found.version, items.subList(limit, items.size()));
      metadata.set("continue", keep(rest));
      metadata.set("remainingItemCount", rest.items.size());
      items = items.subList(0, limit);
    }
    return new Answer(200, json(selection.resource(), metadata, items), 0);
  }

  private Rest found(ApiRequest request, Selection selection) throws Refusal {
    if (request.asked("continue").isPresent()) {
      synchronized (rests) {
        Rest rest = rests.get(request.asked("continue").get());
        if (rest == null) {
          throw Refusal.expiredPage();
        }
        return rest;
      }
    }
    synchronized (store) {
      long wanted = request.number("resourceVersion").orElse(0L);
      if (wanted > store.version()) {
        throw Refusal.tooLarge(wanted, store.version());
      }
      return new Rest(store.version(), store.all(selection.resource(), selection));
    }
  }

  private String keep(Rest rest) {
    synchronized (rests) {
      if (rests.size() >= KEPT_PAGES) {
        rests.remove(rests.keySet().iterator().next());
      }
      String token = UUID.randomUUID().toString().replace("-", "");
      rests.put(token, rest);
      return token;
    }
  }

  /** Forgets how lists go on. */
  void compact() {
    synchronized (rests) {
      rests.clear();
    }
  }

  private static String json(Resource resource, Tree metadata, List<Stored> items) {
    return "{\"kind\":\""
        + resource.kind()
        + "List\",\"apiVersion\":\""
        + resource.apiVersion()
        + "\",\"metadata\":"
        + metadata
        + items.stream().map(Stored::item).collect(Collectors.joining(",", ",\"items\":[", "]}"));
  }
}
