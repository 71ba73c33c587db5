package dev.flint.osv;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Links on the way to a folder, as {@code lib64 -> lib}, through which a later package puts its
 * files. Only relative targets without {@code ..} are followed, so that a link is no way to another
 * place than beside it.
 */
final class RelativeLinks {
  /** As Linux has it. */
  private static final int MAX_LINKS = 40;

  private final RofsNode.Folder root;

  RelativeLinks(RofsNode.Folder root) {
    this.root = root;
  }

  /** The path of the folder itself; links that are not followed are still on it. */
  String followed(String path) {
    String at = path;
    for (int links = 0; links < MAX_LINKS; links++) {
      String next = followFirst(at);
      if (next.equals(at)) {
        return at;
      }
      at = next;
    }
    return at;
  }

  private String followFirst(String path) {
    RofsNode.Folder folder = root;
    int start = 0;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      @Nullable RofsNode child = folder.children().get(path.substring(start, end));
      if (child instanceof RofsNode.Link link && isBeside(link.target())) {
        return path.substring(0, start) + plain(link.target()) + path.substring(end);
      }
      if (!(child instanceof RofsNode.Folder next)) {
        return path;
      }
      folder = next;
      start = end + 1;
    }
    return path;
  }

  private static boolean isBeside(String target) {
    return !target.startsWith("/")
        && !("/" + target + "/").contains("/../")
        && !plain(target).isEmpty();
  }

  private static String plain(String target) {
    return Arrays.stream(target.split("/", -1))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .collect(Collectors.joining("/"));
  }
}
