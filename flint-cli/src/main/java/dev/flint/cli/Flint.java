package dev.flint.cli;

import dev.flint.agent.FlintHome;
import dev.flint.cli.command.Context;
import dev.flint.cli.command.Models;
import dev.flint.cli.command.PassesExitCode;
import dev.flint.cli.command.RootCommand;
import dev.flint.cli.console.Console;
import dev.flint.cli.console.ErrorReporter;
import dev.flint.cli.help.GroupedHelp;
import dev.flint.cli.help.UsageErrors;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.archive.Location;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.ConfigSources;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The program {@code flint}. */
public final class Flint {
  /** The launcher prints the same from files, and knows nothing of the terminal then. */
  private static final int HELP_COLUMNS = 80;

  private Flint() {}

  /** Runs the program and ends the process. */
  public static void main(String[] args) {
    Ahead.start(args);
    int exit = run(Console.ofProcess(), System.getenv(), args);
    // System.exit looks for whoever may want to log it, from Java 21 on: 20 ms.
    if (exit != 0 || isKeptAlive()) {
      System.exit(exit);
    }
  }

  /** Whether a thread beside this one would keep the process from ending by itself. */
  private static boolean isKeptAlive() {
    Thread[] threads = new Thread[Thread.activeCount() + 8];
    int count = Thread.enumerate(threads);
    for (int i = 0; i < count; i++) {
      if (threads[i] != Thread.currentThread() && !threads[i].isDaemon()) {
        return true;
      }
    }
    return count == threads.length;
  }

  /**
   * Runs one command within this process.
   *
   * @return the exit code, docs/errors.md
   */
  public static int run(Console console, Map<String, String> env, String... args) {
    return run(console, env, Path.of(""), args);
  }

  /**
   * As if it had been started in a folder, as far as the settings of a project go.
   *
   * @return the exit code, docs/errors.md
   */
  static int run(Console console, Map<String, String> env, Path workingFolder, String... args) {
    RootCommand root = new RootCommand();
    ConfigSources config =
        new ConfigSources(env, FlintHome.userHome(env), Optional.of(workingFolder));
    Context context = context(console, env, root, config);
    CommandLine commandLine = settled(Commands.neededBy(args, root, context, Models.written()));
    PrintWriter out = new PrintWriter(console.out(), true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(console.err(), true, StandardCharsets.UTF_8);
    ErrorReporter errors = new ErrorReporter(console);
    commandLine
        .setOut(out)
        .setErr(err)
        .setExecutionStrategy(
            new Execution(console, root, OptionDefaults.apply(commandLine, config, args)))
        .setParameterExceptionHandler(
            (e, given) -> own(e.getCommandLine(), errors.report(UsageErrors.of(e), false)))
        .setExecutionExceptionHandler(
            (e, command, result) -> own(command, errors.report(e, root.debug())));
    try {
      int exit = commandLine.execute(args);
      return exit == 0 && console.out().checkError() ? errors.report(lostOutput(), false) : exit;
    } catch (Error e) {
      // picocli hands over exceptions only; out of memory deserves one line too.
      return errors.report(e, root.debug());
    }
  }

  /** Of a command that passes on exit codes, Flint's own are told from those. */
  private static int own(CommandLine command, int exit) {
    return command.getCommand() instanceof PassesExitCode
            && exit != ErrorCode.INTERRUPTED.exitCode()
        ? PassesExitCode.OWN_FAILURE
        : exit;
  }

  private static FlintException lostOutput() {
    return new FlintException(ErrorCode.LOCAL_IO, "cannot write the result to standard output");
  }

  /** The commands as data, for documentation and completion; nothing is run or touched. */
  public static CommandLine model() {
    RootCommand root = new RootCommand();
    ConfigSources config = new ConfigSources(Map.of(), Path.of("/"), Optional.empty());
    Context context = context(Console.ofProcess(), Map.of(), root, config);
    return settled(Commands.all(root, context, Models.annotated()));
  }

  private static Context context(
      Console console, Map<String, String> env, RootCommand root, ConfigSources config) {
    // Not Flint::run: the JDK makes five classes for a reference to a method of variable arity.
    return new Context(console, env, root, config, (to, with, args) -> run(to, with, args));
  }

  /** With what every set of commands needs. */
  static CommandLine settled(CommandLine commandLine) {
    return commandLine
        .registerConverter(Reference.class, named(Reference::parse))
        .registerConverter(Location.class, named(Location::parse))
        .registerConverter(Platform.class, named(Platform::parse))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setHelpFactory(GroupedHelp.factory())
        .setUsageHelpWidth(HELP_COLUMNS);
  }

  /** Keeps the message of a parser; picocli would replace it by the class name. */
  private static <T> ITypeConverter<T> named(ITypeConverter<T> parser) {
    return text -> {
      try {
        return parser.convert(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }
}
