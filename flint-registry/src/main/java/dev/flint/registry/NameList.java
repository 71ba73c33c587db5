package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Reply;
import dev.flint.registry.http.WebPage;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A list of names that a registry gives as JSON, page by page. Used for one reading. */
final class NameList {
  /** More names than a person or a script can want, and as many as a small heap has room for. */
  private static final int MAX_NAMES = 250_000;

  private static final int MAX_PAGE = 4 * 1024 * 1024;

  private final String action;
  private final String member;
  private final Predicate<String> wellFormed;
  private final List<String> names = new ArrayList<>();
  private int leftOut;

  /**
   * A list.
   *
   * @param action what is tried, for errors
   * @param member the member of a page that has the names; may be null there
   * @param wellFormed which names are of use
   */
  NameList(String action, String member, Predicate<String> wellFormed) {
    this.action = action;
    this.member = member;
    this.wellFormed = wellFormed;
  }

  Names read(RegistrySession session, Retries retries, URI first) throws IOException {
    new Pages(session, retries, action).read(Call.of("GET", first), this::page);
    return new Names(names, leftOut);
  }

  private boolean page(Reply page) throws IOException {
    if (page.status() != 200) {
      throw RegistryException.of(action, page);
    }
    byte[] bytes = page.body().readNBytes(MAX_PAGE + 1);
    WebPage.refuse(page, bytes, action);
    for (String name : JsonObject.parse(bytes, "the answer to " + action).strings(member)) {
      if (wellFormed.test(name)) {
        names.add(name);
      } else {
        leftOut++;
      }
    }
    if (names.size() > MAX_NAMES) {
      throw new FlintException(
          ErrorCode.POLICY, "cannot " + action + ": there are more than " + MAX_NAMES);
    }
    return true;
  }
}
