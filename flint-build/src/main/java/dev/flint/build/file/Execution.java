package dev.flint.build.file;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a variant is started.
 *
 * @param command the program and its first arguments; empty keeps that of a base image
 * @param args follow it; what whoever runs the image may replace
 * @param env in the order of the file
 * @param workingDir an absolute path, or empty
 * @param user {@code user[:group]}, or empty
 * @param ports for example {@code 8080/tcp}
 * @param memoryMib hint in MiB
 * @param cpus hint
 */
public record Execution(
    List<String> command,
    List<String> args,
    Map<String, String> env,
    String workingDir,
    String user,
    List<String> ports,
    OptionalLong memoryMib,
    OptionalInt cpus) {
  /** Nothing said. */
  static final Execution NONE =
      new Execution(
          List.of(),
          List.of(),
          Map.of(),
          "",
          "",
          List.of(),
          OptionalLong.empty(),
          OptionalInt.empty());

  /** Copies the collections. */
  public Execution {
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    ports = List.copyOf(ports);
  }

  /** Entries {@code NAME=VALUE}, in the order of the file. */
  public List<String> envEntries() {
    return env.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  /** The same with another command, for what gets its command from elsewhere. */
  public Execution withCommand(List<String> newCommand) {
    return new Execution(newCommand, args, env, workingDir, user, ports, memoryMib, cpus);
  }
}
