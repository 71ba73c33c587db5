package dev.flint.agent.instance;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/**
 * What a guest is told of its address, in IPv4. As text it is {@code
 * ip=ADDRESS/BITS,gateway=ADDRESS,dns=ADDRESS} with the last two left out if they are not said,
 * {@code ip=dhcp}, or nothing.
 *
 * @param ip an address, {@code dhcp}, or empty for nothing
 * @param bits of its network, 1 to 32
 * @param gateway an address or empty
 * @param nameserver an address or empty
 */
public record GuestAddress(String ip, int bits, String gateway, String nameserver) {
  /** The guest is told nothing. */
  public static final GuestAddress NONE = new GuestAddress("", 0, "", "");

  /** What stands for an address that the network gives. */
  private static final String DHCP = "dhcp";

  private static final int PARTS = 4;

  /**
   * Reads one.
   *
   * @throws FlintException USAGE if it is none
   */
  public static GuestAddress parse(String text) throws FlintException {
    String ip = "";
    int bits = 0;
    String gateway = "";
    String nameserver = "";
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      String value = part.substring(part.indexOf('=') + 1);
      int slash = value.indexOf('/');
      if (part.equals("ip=" + DHCP) && ip.isEmpty()) {
        ip = DHCP;
      } else if (part.startsWith("ip=") && ip.isEmpty() && slash > 0) {
        ip = checked(value.substring(0, slash), text);
        bits = number(value.substring(slash + 1), 32);
        if (bits < 1) {
          throw wrong(text);
        }
      } else if (part.startsWith("gateway=") && gateway.isEmpty()) {
        gateway = checked(value, text);
      } else if (part.startsWith("dns=") && nameserver.isEmpty()) {
        nameserver = checked(value, text);
      } else {
        throw wrong(text);
      }
    }
    boolean more = !gateway.isEmpty() || !nameserver.isEmpty();
    if (more && bits == 0) {
      throw wrong(text);
    }
    return new GuestAddress(ip, bits, gateway, nameserver);
  }

  private static String checked(String address, String text) throws FlintException {
    String[] parts = address.split("\\.", -1);
    boolean sound = parts.length == PARTS;
    for (String part : parts) {
      sound &= number(part, 255) >= 0;
    }
    if (!sound) {
      throw wrong(text);
    }
    return address;
  }

  /** A number without signs and zeros before it, or -1. */
  private static int number(String text, int max) {
    try {
      int number = Integer.parseInt(text);
      boolean plain = number >= 0 && number <= max && text.equals(Integer.toString(number));
      return plain ? number : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static FlintException wrong(String text) {
    return new FlintException(
        ErrorCode.USAGE,
        "\"" + text + "\" is no address for a guest",
        "write ip=ADDRESS/BITS, and after it gateway=ADDRESS and dns=ADDRESS if it has them, or ip=dhcp");
  }

  /** Whether the guest has this address and no other. */
  public boolean isFixed() {
    return bits > 0;
  }

  /** Whether the guest may wait for an address that the network gives. */
  public boolean isDhcp() {
    return ip.equals(DHCP);
  }

  /** The mask of its network, for example {@code 255.255.255.0}. */
  public String mask() {
    long mask = 0xffffffffL << (32 - bits) & 0xffffffffL;
    return (mask >> 24) + "." + (mask >> 16 & 255) + "." + (mask >> 8 & 255) + "." + (mask & 255);
  }

  /** As it is read. */
  public String text() {
    if (!isFixed()) {
      return ip.isEmpty() ? "" : "ip=" + ip;
    }
    return "ip="
        + ip
        + "/"
        + bits
        + (gateway.isEmpty() ? "" : ",gateway=" + gateway)
        + (nameserver.isEmpty() ? "" : ",dns=" + nameserver);
  }
}
