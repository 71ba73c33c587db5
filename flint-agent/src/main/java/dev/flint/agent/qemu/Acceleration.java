package dev.flint.agent.qemu;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.Locale;

/** What executes the guest's instructions. */
public enum Acceleration {
  /** KVM if a probe guest has run on it, else emulation. */
  AUTO,
  /** The processor; a guest does not start where that does not work. */
  KVM,
  /** Emulation. */
  TCG;

  /** The name in settings and plans. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a setting.
   *
   * @throws FlintException USAGE if it is none of the names
   */
  public static Acceleration parse(String text) throws FlintException {
    for (Acceleration one : values()) {
      if (one.id().equals(text)) {
        return one;
      }
    }
    throw new FlintException(
        ErrorCode.USAGE, "\"" + text + "\" is no acceleration", "use auto, kvm or tcg");
  }
}
