package dev.flint.agent.instance;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.regex.Pattern;

/**
 * The name of an instance, unique on a device. It is a folder's name, a part of socket names and
 * containerd's container id, so it has the letters that all of these take.
 *
 * @param text letters, digits and {@code _ . -}, at most 76 as containerd has it, no separator
 *     first
 */
public record InstanceId(String text) implements Comparable<InstanceId> {
  /** The longest id containerd takes. */
  public static final int MAX_LENGTH = 76;

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if it is another
   */
  public InstanceId {
    if (text.length() > MAX_LENGTH || !FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not an instance name: " + text);
    }
  }

  /**
   * An id from outside.
   *
   * @throws FlintException USAGE if it has not the form
   */
  public static InstanceId parse(String text) throws FlintException {
    try {
      return new InstanceId(text);
    } catch (IllegalArgumentException e) {
      throw new FlintException(
          ErrorCode.USAGE,
          "\"" + text + "\" is no instance name",
          "use letters and digits with single . _ - between them, at most " + MAX_LENGTH);
    }
  }

  @Override
  public int compareTo(InstanceId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
