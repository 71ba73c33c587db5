package dev.flint.registry.server;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;

/** The upstream registry could not be reached, refused, or sent what it should not. */
final class UpstreamException extends IOException {
  private static final long serialVersionUID = 1L;

  UpstreamException(FlintException cause) {
    super("upstream: " + cause.getMessage(), cause);
  }

  /**
   * What a failure of the client means here.
   *
   * @param unknown the answer if there is no such thing upstream
   */
  static IOException of(FlintException failure, Refusal unknown) throws Refusal {
    if (failure.code() == ErrorCode.NOT_FOUND) {
      throw unknown;
    }
    return new UpstreamException(failure);
  }
}
