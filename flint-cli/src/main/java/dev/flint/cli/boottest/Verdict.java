package dev.flint.cli.boottest;

import dev.flint.agent.backend.Exit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Comes to a verdict from what is seen of a boot. All conditions must hold. */
public final class Verdict {
  private static final String OPEN = "open";

  /** What is wrong with each; empty if it holds. */
  private final Map<Condition, String> problems = new LinkedHashMap<>();

  private boolean over;

  /** On these conditions, none of which holds as yet. */
  public Verdict(List<Condition> conditions) {
    for (Condition condition : conditions) {
      problems.put(condition, OPEN);
    }
  }

  /**
   * One condition in the end.
   *
   * @param problem what is wrong, or empty
   */
  public record Result(Condition condition, String problem) {}

  /** The console has this line, or this much of one. */
  void said(String line) {
    for (Map.Entry<Condition, String> each : problems.entrySet()) {
      if (each.getKey() instanceof Condition.Says says && line.contains(says.text())) {
        each.setValue("");
      }
    }
  }

  /** The ports on which nobody has answered as yet. */
  List<Condition.Serves> openPorts() {
    List<Condition.Serves> open = new ArrayList<>();
    for (Map.Entry<Condition, String> each : problems.entrySet()) {
      if (each.getKey() instanceof Condition.Serves serves && each.getValue().equals(OPEN)) {
        open.add(serves);
      }
    }
    return open;
  }

  /** Somebody answered. */
  void answered(Condition.Serves port) {
    problems.put(port, "");
  }

  /** The guest has ended, and its console was read to the end. */
  void ended(Exit exit) {
    String how = "it ended with exit code " + exit.code();
    how += exit.message().isEmpty() ? "" : " (" + exit.message() + ")";
    for (Map.Entry<Condition, String> each : problems.entrySet()) {
      if (each.getKey() instanceof Condition.Ends ends) {
        each.setValue(ends.code() == exit.code() ? "" : how);
      } else if (each.getValue().equals(OPEN)) {
        each.setValue(how + " before");
      }
    }
    over = true;
  }

  /** There is no more time. */
  void timedOut(long seconds) {
    for (Map.Entry<Condition, String> each : problems.entrySet()) {
      if (each.getValue().equals(OPEN)) {
        each.setValue("not within " + seconds + " s");
      }
    }
    over = true;
  }

  /** Whether nothing can change it any more. */
  boolean isDecided() {
    return over || !problems.containsValue(OPEN);
  }

  /** All conditions, in their order. */
  public List<Result> results() {
    List<Result> results = new ArrayList<>();
    for (Map.Entry<Condition, String> each : problems.entrySet()) {
      results.add(new Result(each.getKey(), each.getValue()));
    }
    return results;
  }

  /** Whether all hold. */
  public boolean passed() {
    for (String problem : problems.values()) {
      if (!problem.isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
