package dev.flint.oci.error;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The one checked failure of Flint: what failed, on what and why, with a category and, where there
 * is one, a remedy. It is an {@link IOException} so that it passes through streams unwrapped.
 *
 * <p>Messages are one line, lower case, without full stop. They may quote text from outside;
 * whoever shows them to a person escapes it.
 */
public class FlintException extends IOException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String remedy;

  /** A failure without a remedy that Flint could name. */
  public FlintException(ErrorCode code, String message) {
    this(code, message, "", null);
  }

  /** A failure caused by another. */
  public FlintException(ErrorCode code, String message, Throwable cause) {
    this(code, message, "", cause);
  }

  /** A failure the user can do something about. */
  public FlintException(ErrorCode code, String message, String remedy) {
    this(code, message, remedy, null);
  }

  /**
   * @param remedy what the user can do, or empty
   */
  public FlintException(ErrorCode code, String message, String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.remedy = remedy;
  }

  /** The category. */
  public final ErrorCode code() {
    return code;
  }

  /** What the user can do about it; empty when Flint knows nothing better than the message. */
  public final String remedy() {
    return remedy;
  }

  /** The message of a failure in one line, with what can be done about it where that is known. */
  public static String line(IOException failure) {
    String remedy = failure instanceof FlintException known ? known.remedy : "";
    return failure.getMessage() + (remedy.isEmpty() ? "" : "; " + remedy);
  }
}
