package dev.flint.oci.error;

/** A disk has no room for what is to come. */
public final class NoRoomException extends FlintException {
  private static final long serialVersionUID = 1L;

  private final long missing;

  /**
   * A failure.
   *
   * @param missing how many bytes too few are free
   */
  public NoRoomException(long missing, String message, String remedy) {
    super(ErrorCode.LOCAL_IO, message, remedy);
    this.missing = missing;
  }

  /** How many bytes too few were free. */
  public long missing() {
    return missing;
  }
}
