package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What one {@link StoreWorker} must find, by what it did; a kill leaves more than one answer. */
final class StoreModel {
  /** Whether a name is there. */
  enum There {
    YES,
    NO,
    MAYBE
  }

  /**
   * A name.
   *
   * @param images which disks it may be
   */
  record Name(There there, Set<Integer> images) {}

  private final Map<String, Name> names = new TreeMap<>();

  Map<String, Name> names() {
    return names;
  }

  private Name get(String name) {
    return names.getOrDefault(name, new Name(There.NO, Set.of()));
  }

  private static Set<Integer> both(Set<Integer> a, Set<Integer> b) {
    Set<Integer> both = new HashSet<>(a);
    both.addAll(b);
    return both;
  }

  /** It came to its end. */
  void ended(String verb, String name, String other, int exit, String said) {
    String what = verb + " " + name + " " + other + " ended with " + exit + " " + said;
    Name before = get(name);
    if (verb.equals("pull") || verb.equals("import")) {
      assertEquals(0, exit, what);
      names.put(name, new Name(There.YES, Set.of(number(name))));
      return;
    }
    assertTrue(exit == 0 || exit == 4, what);
    assertTrue(before.there() == There.MAYBE || (exit == 0) == (before.there() == There.YES), what);
    if (exit != 0 || verb.equals("rmi")) {
      names.put(name, new Name(There.NO, Set.of()));
      return;
    }
    Name now = new Name(There.YES, before.images());
    if (verb.equals("unpack")) {
      assertTrue(before.images().contains(Integer.valueOf(said.strip())), what);
      now = new Name(There.YES, Set.of(Integer.valueOf(said.strip())));
    }
    names.put(name, now);
    if (verb.equals("tag")) {
      names.put(other, now);
    }
  }

  /** It was killed at some moment. What was there before is there now. */
  void killed(String verb, String name, String other) {
    Name before = get(name);
    switch (verb) {
      case "pull", "import" ->
          names.put(
              name,
              new Name(
                  before.there() == There.YES ? There.YES : There.MAYBE, Set.of(number(name))));
      case "rmi" -> {
        if (before.there() == There.YES) {
          names.put(name, new Name(There.MAYBE, before.images()));
        }
      }
      case "tag" -> {
        Name target = get(other);
        if (before.there() != There.NO) {
          names.put(
              other,
              new Name(
                  target.there() == There.YES ? There.YES : There.MAYBE,
                  both(target.images(), before.images())));
        }
      }
      default -> {}
    }
  }

  private static int number(String name) {
    return Integer.parseInt(name.substring(1));
  }
}
