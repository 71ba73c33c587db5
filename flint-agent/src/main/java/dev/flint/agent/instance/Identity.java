package dev.flint.agent.instance;

import java.util.List;

/**
 * Who runs a container's program.
 *
 * @param user a number that takes the place of the image's user, or -1
 * @param group a number that takes the place of that user's group, or -1
 * @param nonRoot whether it must not be 0
 * @param groups further groups
 * @param strict whether it has only those, and not also the ones that the image's /etc/group has
 *     for the user
 */
public record Identity(int user, int group, boolean nonRoot, List<Integer> groups, boolean strict) {
  /** As the image says. */
  public static final Identity OF_IMAGE = new Identity(-1, -1, false, List.of(), false);

  /** Copies the list. */
  public Identity {
    groups = List.copyOf(groups);
  }
}
