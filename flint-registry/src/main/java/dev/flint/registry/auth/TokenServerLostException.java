package dev.flint.registry.auth;

import dev.flint.oci.error.LostConnectionException;
import java.util.Objects;

/** The connection to a token server was lost, so that the registry did not get the request. */
public final class TokenServerLostException extends LostConnectionException {
  private static final long serialVersionUID = 1L;

  TokenServerLostException(LostConnectionException loss) {
    super(
        String.valueOf(loss.getMessage()),
        loss.remedy(),
        Objects.requireNonNullElse(loss.getCause(), loss));
  }
}
