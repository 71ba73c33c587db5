package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Reads a {@code config_set} by the rules of its runtime. Sets of node, java and python have no
 * command of their own: they run that of the package that has the interpreter, and tell it by
 * variables what to do.
 */
final class RunSetParser {
  private static final String JAVA = "openjdk8-zulu-compact1:java";
  private static final String NODE = "node-4.4.5:node";
  private static final String PYTHON = "python-2.7:python";

  private final String runtime;
  private final JsonObject set;
  private final String what;
  private final String base;
  private final NavigableMap<String, String> environment;

  private RunSetParser(String runtime, JsonObject set, String what) throws FlintException {
    this.runtime = runtime;
    this.set = set;
    this.what = what;
    this.base = set.scalar("base").orElse("");
    this.environment = new TreeMap<>(set.textMap("env"));
    if (!base.isEmpty() && !base.matches("[^:]+:.+")) {
      throw wrong("its base is not PACKAGE:SET");
    }
  }

  /**
   * Reads a set.
   *
   * @param what names it in errors
   * @throws FlintException PROTOCOL if it misses something or says what does not go together,
   *     UNSUPPORTED for another runtime than Capstan's
   */
  static RunSet parse(String runtime, JsonObject set, String what) throws FlintException {
    RunSetParser parser = new RunSetParser(runtime, set, what);
    return switch (runtime) {
      case "native" -> parser.nativeSet();
      case "java" -> parser.javaSet();
      case "node" -> parser.interpreterSet(NODE, "node_args", "NODE_ARGS", "--", "");
      case "python" -> parser.interpreterSet(PYTHON, "python_args", "PYTHON_ARGS", "-O", "-");
      default ->
          throw new FlintException(
              ErrorCode.UNSUPPORTED,
              what + ": unsupported runtime \"" + runtime + "\"",
              "Capstan's are native, node, java and python");
    };
  }

  private RunSet nativeSet() throws FlintException {
    String command = set.scalar("bootcmd").orElse("");
    if (base.isEmpty() && command.isEmpty()) {
      throw wrong("it has no bootcmd");
    }
    return new RunSet(base, command, environment);
  }

  private RunSet javaSet() throws FlintException {
    if (!base.isEmpty() && !base.startsWith("openjdk")) {
      requireNone("xms", "xmx", "classpath", "jvm_args", "main", "args");
      return new RunSet(base, "", environment);
    }
    String main = main();
    List<String> classpath = set.texts("classpath");
    List<String> arguments = new ArrayList<>(set.texts("jvm_args"));
    if (main.endsWith(".jar") && !arguments.contains("-jar")) {
      arguments.add("-jar");
    }
    putDefault("XMS", set.scalar("xms").orElse(""));
    putDefault("XMX", set.scalar("xmx").orElse(""));
    putDefault("CLASSPATH", classpath.isEmpty() ? "/" : String.join(":", classpath));
    // An empty variable would become an empty argument.
    putDefault("JVM_ARGS", arguments.isEmpty() ? "-Dx=y" : String.join(" ", arguments));
    putDefault("MAIN", main);
    putDefault("ARGS", String.join(" ", set.texts("args")));
    return new RunSet(base.isEmpty() ? JAVA : base, "", environment);
  }

  private RunSet interpreterSet(
      String usual, String key, String variable, String noArguments, String shellMain)
      throws FlintException {
    if (!base.isEmpty()) {
      requireNone("shell", key, "main", "args");
      return new RunSet(base, "", environment);
    }
    List<String> arguments = set.texts(key);
    putDefault(variable, arguments.isEmpty() ? noArguments : String.join(" ", arguments));
    if (set.flag("shell")) {
      requireNone("main", "args");
      environment.put("MAIN", shellMain);
      environment.put("ARGS", "");
    } else {
      putDefault("MAIN", main());
      putDefault("ARGS", String.join(" ", set.texts("args")));
    }
    return new RunSet(usual, "", environment);
  }

  private String main() throws FlintException {
    String main = set.scalar("main").orElse("");
    if (main.isEmpty()) {
      throw wrong("it has no main");
    }
    return main;
  }

  private void putDefault(String name, String value) {
    if (!value.isEmpty()) {
      environment.putIfAbsent(name, value);
    }
  }

  private void requireNone(String... keys) throws FlintException {
    for (String key : keys) {
      if (!set.saysNothing(key)) {
        throw wrong(key + " does not go with " + (base.isEmpty() ? "shell" : "a base like that"));
      }
    }
  }

  private FlintException wrong(String why) {
    return new FlintException(
        ErrorCode.PROTOCOL, what + ", of runtime " + runtime + ", is not right: " + why);
  }
}
