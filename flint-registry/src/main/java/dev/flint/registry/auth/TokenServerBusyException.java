package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.Optional;

/** A token server has no time now, so that the request it was asked for may be made again later. */
public final class TokenServerBusyException extends FlintException {
  private static final long serialVersionUID = 1L;

  private final String retryAfter;

  /**
   * A refusal.
   *
   * @param retryAfter when the server wants to be asked again, in its own words; empty if it does
   *     not say
   */
  TokenServerBusyException(String message, String remedy, String retryAfter) {
    super(ErrorCode.NETWORK, message, remedy);
    this.retryAfter = retryAfter;
  }

  /** When the server wants to be asked again, in its own words. */
  public Optional<String> retryAfter() {
    return retryAfter.isEmpty() ? Optional.empty() : Optional.of(retryAfter);
  }
}
