package dev.flint.agent.pod;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses as numbers: a name would be looked up, and stands for another host tomorrow. */
public final class IpLiteral {
  private static final int MAX_LENGTH = 45;

  private IpLiteral() {}

  /** Whether a text is an address of IPv4 or IPv6, as Kubernetes takes it. */
  public static boolean isAddress(String text) {
    if (text.indexOf(':') < 0) {
      return isV4(text);
    }
    // Else it might be looked up as a name.
    if (text.startsWith(".")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789abcdefABCDEF.:".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    try {
      // Nothing is looked up that has a colon.
      return text.length() <= MAX_LENGTH && InetAddress.getByName(text) != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Whether a text is an address of IPv4, without leading zeros. */
  public static boolean isV4(String text) {
    String[] parts = text.split("\\.", -1);
    boolean ok = parts.length == 4;
    for (String part : parts) {
      ok = ok && isByte(part);
    }
    return ok;
  }

  private static boolean isByte(String text) {
    if (text.isEmpty() || text.length() > 3 || (text.length() > 1 && text.charAt(0) == '0')) {
      return false;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      value = value * 10 + digit;
    }
    return value <= 255;
  }
}
