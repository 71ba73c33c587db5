package dev.flint.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What to measure.
 *
 * @param flint the launcher of the distribution
 * @param revision of the source, for the report
 * @param work folder for inputs and all that is written
 * @param out file for the report
 */
record Settings(
    Path flint,
    String revision,
    Path work,
    Path out,
    List<String> inputs,
    Set<String> jobs,
    int pairs) {
  static final String PUSH = "push";
  static final String PULL = "pull";
  static final String UNPACK = "unpack";
  static final String UPDATE = "update";
  static final String CHUNKS = "chunks";
  static final String START = "start";
  static final String BLOBS = "blobs";

  private static final Set<String> ALL = Set.of(PUSH, PULL, UNPACK, UPDATE, CHUNKS, START, BLOBS);

  /** Those that need images in a registry. */
  private static final Set<String> TRANSFERS = Set.of(PUSH, PULL, UNPACK, UPDATE);

  private static final List<String> USUAL = List.of("ext4-512m.qcow2", "ext4-2g.raw", "rofs.raw");
  private static final List<String> QUICK = List.of("ext4-64m.qcow2", "rofs-small.raw");

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException if there is something that is none
   */
  static Settings parse(List<String> words) {
    Settings settings =
        new Settings(Path.of("flint"), "unknown", Path.of("work"), Path.of("-"), USUAL, ALL, 5);
    int i = 0;
    while (i < words.size()) {
      String word = words.get(i++);
      if (word.equals("--quick")) {
        settings = settings.quick();
      } else if (i < words.size()) {
        settings = settings.with(word, words.get(i++));
      } else {
        throw new IllegalArgumentException("not an option, or without a value: " + word);
      }
    }
    return settings;
  }

  private Settings quick() {
    return new Settings(flint, revision, work, out, QUICK, jobs, 1);
  }

  private Settings with(String option, String value) {
    Path path = Path.of(value).toAbsolutePath();
    return switch (option) {
      case "--flint" -> new Settings(path, revision, work, out, inputs, jobs, pairs);
      case "--revision" -> new Settings(flint, value, work, out, inputs, jobs, pairs);
      case "--work" -> new Settings(flint, revision, path, out, inputs, jobs, pairs);
      case "--out" -> new Settings(flint, revision, work, path, inputs, jobs, pairs);
      case "--inputs" -> new Settings(flint, revision, work, out, list(value), jobs, pairs);
      case "--jobs" -> new Settings(flint, revision, work, out, inputs, jobs(value), pairs);
      case "--pairs" -> new Settings(flint, revision, work, out, inputs, jobs, number(value));
      default -> throw new IllegalArgumentException("no such option: " + option);
    };
  }

  private static List<String> list(String value) {
    return Arrays.asList(value.split(",", -1));
  }

  private static Set<String> jobs(String value) {
    Set<String> jobs = Set.copyOf(list(value));
    if (!ALL.containsAll(jobs)) {
      throw new IllegalArgumentException("jobs are " + ALL + ", not " + value);
    }
    return jobs;
  }

  private static int number(String value) {
    int number = Integer.parseInt(value);
    if (number < 1) {
      throw new IllegalArgumentException("--pairs must be at least 1");
    }
    return number;
  }

  boolean wants(String job) {
    return jobs.contains(job);
  }

  /** Whether disks are needed. */
  boolean wantsDisks() {
    return wantsTransfers() || wants(CHUNKS);
  }

  /** Whether small inputs will do. */
  boolean isQuick() {
    return inputs.equals(QUICK);
  }

  boolean wantsTransfers() {
    return jobs.stream().anyMatch(TRANSFERS::contains);
  }
}
