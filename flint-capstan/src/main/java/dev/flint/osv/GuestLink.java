package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayDeque;

/** Where symbolic links of a guest's root lead, by their text alone. */
public final class GuestLink {
  private GuestLink() {}

  /**
   * The target to write for a link. One that is absolute or has {@code ..} in it becomes the path
   * from the guest's root, as in Capstan's disks; another stays as it is.
   *
   * @param path of the link, from the root, without a leading slash
   * @throws FlintException POLICY if it leads out of the root
   */
  public static String target(String path, String text) throws FlintException {
    boolean absolute = text.startsWith("/");
    if (!absolute && !("/" + text + "/").contains("/../")) {
      return text;
    }
    ArrayDeque<String> names = new ArrayDeque<>();
    int slash = path.lastIndexOf('/');
    String whole = absolute || slash < 0 ? text : path.substring(0, slash + 1) + text;
    for (String name : whole.split("/", -1)) {
      if (name.equals("..")) {
        if (names.pollLast() == null) {
          throw new FlintException(
              ErrorCode.POLICY,
              "refused the link " + path + ": its target " + text + " is outside of the root");
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return "/" + String.join("/", names);
  }
}
