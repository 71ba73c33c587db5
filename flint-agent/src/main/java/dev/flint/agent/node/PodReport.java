package dev.flint.agent.node;

import java.util.List;
import java.util.Map;

/** What there is to be told of the pods of a device. Thread-safe. */
public interface PodReport {
  /** All pods, by name. */
  List<PodView> pods();

  /** What cannot be used of the files, by their names. */
  Map<String, List<String>> problems();

  /** Whether the folder has been read once. */
  boolean isSettled();

  /** Whether anybody still looks after the pods. */
  boolean isAlive();

  /** What fetching and removing images has taken. */
  FetchTotals fetches();
}
