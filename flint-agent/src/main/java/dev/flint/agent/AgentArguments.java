package dev.flint.agent;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/**
 * What the program of the agent is told.
 *
 * @param state the state folder
 * @param onDemand whether it ends when it has nothing to do
 */
record AgentArguments(String state, boolean onDemand) {
  static AgentArguments parse(String[] args) throws FlintException {
    String state = "";
    boolean onDemand = false;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--state" -> state = value(args, ++i);
        case "--on-demand" -> onDemand = true;
        default ->
            throw new FlintException(
                ErrorCode.USAGE, "unknown option: " + args[i], "see docs/agent.md");
      }
    }
    if (state.isEmpty()) {
      throw new FlintException(ErrorCode.USAGE, "missing option: --state DIR");
    }
    return new AgentArguments(state, onDemand);
  }

  private static String value(String[] args, int index) throws FlintException {
    if (index == args.length) {
      throw new FlintException(ErrorCode.USAGE, "option " + args[index - 1] + " has no value");
    }
    return args[index];
  }
}
