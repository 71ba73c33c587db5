package dev.flint.agent;

import dev.flint.agent.image.Admission;
import dev.flint.agent.node.ImageSpace;
import dev.flint.agent.pod.Span;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the agent is told of images: which may run, and when they are removed. */
final class ImageRules {
  private ImageRules() {}

  /**
   * When unused images are removed.
   *
   * @throws FlintException USAGE if the marks are not percents, or not in order
   */
  static ImageSpace.Rule space(AgentArguments arguments) throws FlintException {
    ImageSpace.Rule usual = ImageSpace.Rule.USUAL;
    int high = percent(arguments, AgentArguments.GC_HIGH, usual.high());
    int low = percent(arguments, AgentArguments.GC_LOW, Math.min(usual.low(), high));
    if (low > high) {
      throw new FlintException(
          ErrorCode.USAGE,
          AgentArguments.GC_LOW + " " + low + " is above " + AgentArguments.GC_HIGH + " " + high);
    }
    long seconds =
        arguments.has(AgentArguments.GC_MIN_AGE)
            ? seconds(AgentArguments.GC_MIN_AGE, arguments.get(AgentArguments.GC_MIN_AGE, ""))
            : usual.minAgeSeconds();
    return new ImageSpace.Rule(high, low, seconds);
  }

  private static int percent(AgentArguments arguments, String option, int usual)
      throws FlintException {
    String text = arguments.get(option, Integer.toString(usual));
    try {
      int percent = Integer.parseInt(text);
      if (percent >= 0 && percent <= 100) {
        return percent;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new FlintException(
        ErrorCode.USAGE, option + " " + text + " is not a percent from 0 to 100");
  }

  /** A time that an option gives. */
  static long seconds(String option, String text) throws FlintException {
    // A bare 0 needs no unit.
    long seconds = text.equals("0") ? 0 : Span.seconds(text);
    if (seconds < 0) {
      throw new FlintException(
          ErrorCode.USAGE, option + " " + text + " is not a time such as 30s, 2m or 1h");
    }
    return seconds;
  }

  /**
   * Which images may run, as options of the child that gets them.
   *
   * @throws FlintException USAGE if a registry is none, or the program cannot be run
   */
  static List<String> admission(AgentArguments arguments) throws FlintException {
    List<String> rules = new ArrayList<>();
    if (arguments.has(AgentArguments.ADMIT_DIGEST_ONLY)) {
      rules.add(AgentArguments.ADMIT_DIGEST_ONLY);
    }
    for (String place : arguments.all(AgentArguments.ADMIT_REGISTRY)) {
      try {
        rules.add(AgentArguments.ADMIT_REGISTRY);
        rules.add(Admission.parsePlace(place));
      } catch (IllegalArgumentException e) {
        throw new FlintException(
            ErrorCode.USAGE, AgentArguments.ADMIT_REGISTRY + ": " + e.getMessage(), e);
      }
    }
    if (arguments.has(AgentArguments.ADMIT_SIGNED)) {
      Path program = Path.of(arguments.get(AgentArguments.ADMIT_SIGNED, "")).toAbsolutePath();
      if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
        throw new FlintException(
            ErrorCode.USAGE,
            AgentArguments.ADMIT_SIGNED + " " + program + " is not a program that can be run");
      }
      rules.add(AgentArguments.ADMIT_SIGNED);
      rules.add(program.toString());
    }
    return rules;
  }
}
