package dev.flint.agent.kube.testing;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a test wants to go wrong. Thread-safe. */
public final class Faults {
  private final List<Rule> rules = new ArrayList<>();
  private long cleared;

  private static final class Rule {
    private final String method;
    private final Pattern path;
    private final Fault fault;
    private int left;

    Rule(int times, String method, Pattern path, Fault fault) {
      this.left = times;
      this.method = method;
      this.path = path;
      this.fault = fault;
    }

    boolean isAbout(String method, String pathAndQuery) {
      return (this.method.equals("*") || this.method.equals(method))
          && path.matcher(pathAndQuery).find();
    }
  }

  /**
   * The next requests of a kind go wrong.
   *
   * @param method or {@code *} for any
   * @param pattern a regular expression that is found in the path with its query
   */
  public synchronized void next(int times, String method, String pattern, Fault fault) {
    rules.add(new Rule(times, method, Pattern.compile(pattern), fault));
  }

  /** All requests of a kind go wrong until {@link #clear}. */
  public void all(String method, String pattern, Fault fault) {
    next(Integer.MAX_VALUE, method, pattern, fault);
  }

  /** Nothing goes wrong any more, and what hangs is let go. */
  public synchronized void clear() {
    rules.clear();
    letGo();
  }

  /** What hangs is let go; other requests go wrong as they did. */
  public synchronized void letGo() {
    cleared++;
    notifyAll();
  }

  synchronized Optional<Fault> take(String method, String pathAndQuery) {
    for (Iterator<Rule> all = rules.iterator(); all.hasNext(); ) {
      Rule rule = all.next();
      if (rule.isAbout(method, pathAndQuery)) {
        if (--rule.left == 0) {
          all.remove();
        }
        return Optional.of(rule.fault);
      }
    }
    return Optional.empty();
  }

  synchronized void hang() throws InterruptedException {
    long before = cleared;
    while (cleared == before) {
      wait();
    }
  }
}
