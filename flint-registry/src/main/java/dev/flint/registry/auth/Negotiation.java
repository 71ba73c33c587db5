package dev.flint.registry.auth;

import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The talk about credentials for one request: what to show, and whether a refusal is worth another
 * try. It ends: a token is renewed at most once, and at most once got with more rights. For one
 * thread.
 */
public final class Negotiation {
  private final Authorizer authorizer;
  private final AuthTarget target;
  private final Scopes needed;
  private final boolean precious;

  private Optional<Authorization> shown;
  private boolean renewed;
  private boolean widened;

  Negotiation(
      Authorizer authorizer,
      AuthTarget target,
      Scopes needed,
      boolean precious,
      Optional<Authorization> shown) {
    this.authorizer = authorizer;
    this.target = target;
    this.needed = needed;
    this.precious = precious;
    this.shown = shown;
  }

  /** The Authorization header to send; empty for none. */
  public Optional<String> header() {
    return shown.map(Authorization::header);
  }

  /**
   * Looks at an answer.
   *
   * @return whether there is something else to show, so that the request may be sent once more
   * @throws dev.flint.oci.error.FlintException AUTH if the token server refuses us, POLICY if it is
   *     at a place where no credential may go
   */
  public boolean isWorthAnotherTry(Reply reply) throws IOException {
    if (reply.status() == 401) {
      return answer(Challenge.of(reply));
    }
    // So does Amazon's public registry say that a token is over.
    boolean over = shown.isPresent() && shown.get().isOver(authorizer.now());
    Optional<Challenge> demand = authorizer.demand(target);
    return reply.status() == 400 && over && demand.isPresent() && renew(demand.get(), Scopes.NONE);
  }

  private boolean answer(List<Challenge> challenges) throws IOException {
    Optional<Challenge> demand = Challenge.best(challenges);
    if (demand.isEmpty() && challenges.isEmpty()) {
      demand = authorizer.demand(target);
      if (demand.isEmpty()) {
        demand = authorizer.ask(target);
      }
    }
    if (demand.isEmpty()) {
      return false;
    }
    authorizer.remember(target, demand.get());
    Scopes more = demand.get().scopes();
    boolean token = shown.isPresent() && shown.get().isRenewable();
    if (token && !shown.get().scopes().covers(more.union(needed))) {
      return widen(demand.get(), more);
    }
    // With all the rights we could ask for, more of them are not to be had.
    return !(token && demand.get().wantsMoreRights()) && renew(demand.get(), more);
  }

  private boolean widen(Challenge demand, Scopes more) throws IOException {
    boolean first = !widened;
    widened = true;
    return first && show(demand, more);
  }

  private boolean renew(Challenge demand, Scopes more) throws IOException {
    boolean first = !renewed;
    renewed = true;
    return first && show(demand, more);
  }

  private boolean show(Challenge demand, Scopes more) throws IOException {
    Optional<Authorization> next =
        authorizer.wallet(target).show(demand, more, needed, precious, shown);
    boolean other = next.isPresent() && !next.map(Authorization::header).equals(header());
    if (other) {
      shown = next;
    }
    return other;
  }
}
