package dev.flint.agent.instance;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/** A network as people write it, in options and in annotations. */
public final class NetworkText {
  /** The longest name of a network device, from the kernel's IFNAMSIZ. */
  private static final int MAX_DEVICE = 15;

  private static final int MAX_NAME = 64;

  private NetworkText() {}

  /**
   * Reads it.
   *
   * @throws FlintException USAGE if it is none
   */
  public static Network parse(String text) throws FlintException {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    int comma = rest.indexOf(',');
    String name = comma < 0 ? rest : rest.substring(0, comma);
    boolean device = kind.equals("tap") || kind.equals("bridge");
    boolean named = device || (kind.equals("cni") && colon >= 0);
    if ((named && !isName(name, device ? MAX_DEVICE : MAX_NAME))
        || (!named && colon >= 0)
        || (comma >= 0 && (!device || comma == rest.length() - 1))) {
      throw wrong(text);
    }
    GuestAddress address = GuestAddress.parse(comma < 0 ? "" : rest.substring(comma + 1));
    return switch (kind) {
      case "none" -> new Network.None();
      case "user" -> new Network.User();
      case "host" -> new Network.Host();
      case "tap" -> new Network.Tap(name, address);
      case "bridge" -> new Network.Bridge(name, address);
      case "cni" -> new Network.Cni(name);
      default -> throw wrong(text);
    };
  }

  /** Such names become arguments of programs. */
  private static boolean isName(String name, int max) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 'z' || (!Character.isLetterOrDigit(c) && "_.-".indexOf(c) < 0)) {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= max && Character.isLetterOrDigit(name.charAt(0));
  }

  private static FlintException wrong(String text) {
    return new FlintException(
        ErrorCode.USAGE,
        "\""
            + text
            + "\" is no network: it must be none, user, host, tap:DEVICE, bridge:DEVICE or cni[:NAME]");
  }
}
