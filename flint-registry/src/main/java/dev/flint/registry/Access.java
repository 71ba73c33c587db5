package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.HeldToken;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * How a registry received us.
 *
 * @param url what was asked for
 * @param anonymous the status without credentials
 * @param challenges what it then asked for, in its own words
 * @param status the status in the end, with credentials where it asked for them
 * @param tokens what its token server gave for them
 * @param date what time it is there, in its own words
 */
public record Access(
    URI url,
    int anonymous,
    List<String> challenges,
    int status,
    List<HeldToken> tokens,
    Optional<String> date) {
  /** Whether it asks for credentials. */
  public boolean isAsked() {
    return anonymous == 401;
  }

  /**
   * Complains unless the registry let us in. A repository that is not there counts as open: who may
   * not know would have been refused.
   *
   * @param action what was tried
   * @throws FlintException AUTH, NETWORK or, from what is no registry, PROTOCOL
   */
  public void require(String action) throws FlintException {
    if (status == 200 || (status == 404 && !url.getPath().equals("/v2/"))) {
      return;
    }
    String message =
        "cannot " + action + ": " + url.getAuthority() + " answered " + status + " to GET " + url;
    if (status == 401 || status == 403) {
      throw new FlintException(
          ErrorCode.AUTH,
          message,
          "check name and password; some registries want an access token for a password");
    }
    if (status == 429 || status >= 500) {
      throw new FlintException(ErrorCode.NETWORK, message, "wait and try again");
    }
    throw new FlintException(ErrorCode.PROTOCOL, message, "this may be no registry");
  }
}
