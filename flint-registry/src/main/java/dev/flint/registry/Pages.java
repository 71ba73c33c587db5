package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.OriginPolicy;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a list that may come in pages (OCI distribution spec, "Listing Tags"): goes where {@code
 * Link} leads, within the origin and not for ever. How many entries a page has says nothing.
 */
final class Pages {
  private static final int MAX_PAGES = 2000;

  private final RegistrySession session;
  private final Retries retries;
  private final String action;

  /** Takes one page. */
  interface Reader {
    /**
     * Reads a page of any status; the same page once more if the connection broke or it said that
     * the registry has no time.
     *
     * @return whether the list goes on if the page has a link
     */
    boolean read(Reply page) throws IOException;
  }

  /**
   * Reads with a session.
   *
   * @param action what is tried, for errors, such as {@code list the tags of r.example/x}
   */
  Pages(RegistrySession session, Retries retries, String action) {
    this.session = session;
    this.retries = retries;
    this.action = action;
  }

  /**
   * Reads from the first page to the last, or to one that was there before.
   *
   * @throws FlintException POLICY if the list does not end or leads to another origin
   */
  void read(Call first, Reader reader) throws IOException {
    Set<URI> seen = new HashSet<>();
    Call call = first;
    while (seen.add(call.url())) {
      if (seen.size() > MAX_PAGES) {
        throw new FlintException(
            ErrorCode.POLICY, "cannot " + action + ": it has more than " + MAX_PAGES + " pages");
      }
      Call current = call;
      Optional<URI> next = retries.run(RequestKind.READ, action, () -> page(current, reader));
      if (next.isEmpty()) {
        return;
      }
      call = call.to(next.get());
    }
  }

  /** Where the list goes on. */
  private Optional<URI> page(Call call, Reader reader) throws IOException {
    try (Reply page = session.send(call)) {
      Optional<String> next = reader.read(page) ? LinkHeader.next(page) : Optional.empty();
      return next.isEmpty()
          ? Optional.empty()
          : Optional.of(OriginPolicy.nextPage(page, next.get()));
    }
  }
}
