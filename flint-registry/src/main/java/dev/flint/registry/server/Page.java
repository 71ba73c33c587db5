package dev.flint.registry.server;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Cuts lists of names into pages, as asked for by {@code n} and {@code last} (distribution spec,
 * "Listing Tags").
 */
final class Page {
  /** "Lexical order (i.e. case-insensitive alphanumeric order)". */
  private static final Comparator<String> ORDER =
      String.CASE_INSENSITIVE_ORDER.thenComparing(Comparator.naturalOrder());

  private Page() {}

  /**
   * Cuts the asked part out and tells the client where the next one is.
   *
   * @throws Refusal 400 if {@code n} is not a number
   */
  static List<String> of(Call call, Collection<String> all) throws Refusal {
    Optional<String> n = call.query("n");
    Optional<String> last = call.query("last");
    long limit = n.isPresent() ? number(n.get()) : Long.MAX_VALUE;
    List<String> rest =
        all.stream()
            .distinct()
            .filter(name -> last.isEmpty() || ORDER.compare(name, last.get()) > 0)
            .sorted(ORDER)
            .toList();
    if (limit >= rest.size() || limit == 0) {
      return limit == 0 ? List.of() : rest;
    }
    List<String> names = rest.subList(0, (int) limit);
    String next = "n=" + limit + "&last=" + encode(names.get(names.size() - 1));
    call.with("Link", "<" + call.path() + "?" + next + ">; rel=\"next\"");
    return names;
  }

  /** Percent-encodes a value of a query. */
  static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static long number(String text) throws Refusal {
    if (!text.matches("[0-9]{1,18}")) {
      throw new Refusal(400, Problem.PAGINATION_NUMBER_INVALID, "n is not a number from zero up");
    }
    return Long.parseLong(text);
  }
}
