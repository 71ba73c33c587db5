package dev.flint.agent.backend;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/**
 * An image is for a backend that this agent does not have. Pods have the reason {@code
 * UnsupportedBackend} for it.
 */
public final class UnsupportedBackend extends FlintException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param remedy what helps, or empty
   */
  public UnsupportedBackend(String message, String remedy) {
    super(ErrorCode.UNSUPPORTED, message, remedy);
  }
}
