package dev.flint.agent.task;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a task is told, by the agent and nobody else: options with a value each, switches, and after
 * {@code --} what it is about.
 *
 * @param values by option; those of a switch are empty
 */
record TaskArguments(Map<String, List<String>> values, List<String> operands) {
  static TaskArguments parse(List<String> args, List<String> valued, List<String> switches)
      throws FlintException {
    Map<String, List<String>> values = new TreeMap<>();
    int next = 0;
    while (next < args.size() && !args.get(next).equals("--")) {
      String option = args.get(next++);
      List<String> given = values.computeIfAbsent(option, key -> new ArrayList<>());
      if (switches.contains(option)) {
        given.add("");
      } else if (valued.contains(option) && next < args.size()) {
        given.add(args.get(next++));
      } else {
        throw new FlintException(
            ErrorCode.USAGE, "unknown option, or one without its value: " + option);
      }
    }
    return new TaskArguments(values, args.subList(Math.min(next + 1, args.size()), args.size()));
  }

  boolean has(String option) {
    return values.containsKey(option);
  }

  List<String> all(String option) {
    return values.getOrDefault(option, List.of());
  }

  Optional<String> optional(String option) {
    return all(option).stream().findFirst();
  }

  String required(String option) throws FlintException {
    return optional(option)
        .orElseThrow(() -> new FlintException(ErrorCode.USAGE, "option " + option + " is missing"));
  }

  long number(String option) throws FlintException {
    try {
      return Long.parseLong(required(option));
    } catch (NumberFormatException e) {
      throw new FlintException(ErrorCode.USAGE, option + " wants a number", e);
    }
  }

  String operand() throws FlintException {
    if (operands.size() != 1) {
      throw new FlintException(ErrorCode.USAGE, "one image is wanted, not " + operands);
    }
    return operands.get(0);
  }
}
