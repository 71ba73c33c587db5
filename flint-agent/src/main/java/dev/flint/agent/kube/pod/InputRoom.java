package dev.flint.agent.kube.pod;

import java.util.Map;

/**
 * What inputs may take of the memory, so that neither a pod nor the pods of a namespace take the
 * room of others: a namespace has a part of what others leave, and in that some room is kept for
 * small ones, as each pod needs a token.
 */
final class InputRoom {
  /**
   * What all of them may take: the values of thousands of usual ones, and what a small heap can
   * hold beside the texts of pods.
   */
  private static final long ALL = 4 << 20;

  /** Of eight parts of what other namespaces leave: what a namespace may take of any size. */
  private static final int LARGE_PARTS = 6;

  /** The same with small ones. */
  private static final int PARTS = 7;

  private static final int EIGHT = 8;
  private static final long SMALL = 8 << 10;

  private InputRoom() {}

  /**
   * Checks whether there is room for what came.
   *
   * @param states of all inputs, that of this one as it was before
   */
  static void check(Input input, InputCalls.Got got, Map<Input, InputState> states)
      throws InputTooLarge {
    long before = 0;
    long own = got.weight();
    long left = ALL;
    for (Map.Entry<Input, InputState> one : states.entrySet()) {
      long weight = one.getValue().weight();
      if (one.getKey().equals(input)) {
        before = weight;
      } else if (one.getKey().namespace().equals(input.namespace())) {
        own += weight;
      } else {
        left -= weight;
      }
    }
    int parts = got.weight() > SMALL ? LARGE_PARTS : PARTS;
    if (got.weight() > before && own > left / EIGHT * parts) {
      throw new InputTooLarge(
          "what pods of this node name may take "
              + (ALL >> 20)
              + " MiB together, and one namespace three quarters of what others leave of them");
    }
  }
}
