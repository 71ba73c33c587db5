package dev.flint.agent.backend;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/**
 * What an instance asks for and its image, or this host, contradicts: not a matter of trying, but
 * of what was written. Pods have the reason {@code CreateContainerConfigError} for it.
 */
public final class ConfigRefused extends FlintException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param remedy what helps, or empty
   */
  public ConfigRefused(String message, String remedy) {
    super(ErrorCode.POLICY, message, remedy);
  }
}
