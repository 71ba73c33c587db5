package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.command.Context;
import dev.flint.cli.command.Models;
import dev.flint.cli.command.RootCommand;
import dev.flint.cli.console.Console;
import dev.flint.registry.settings.ConfigSources;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What the build wrote down of the commands is what their annotations say. */
class WrittenModelsTest {
  private static final ConfigSources NO_CONFIG =
      new ConfigSources(Map.of(), Path.of("/"), Optional.empty());

  static List<String> names() {
    return List.copyOf(commands(Models.annotated()).keySet());
  }

  /** All commands by their whole names. */
  private static Map<String, CommandLine> commands(Models models) {
    RootCommand root = new RootCommand();
    Context context = new Context(Console.ofProcess(), Map.of(), root, NO_CONFIG, Flint::run);
    Map<String, CommandLine> commands = new TreeMap<>();
    collect(Flint.settled(Commands.all(root, context, models)), commands);
    return commands;
  }

  private static void collect(CommandLine line, Map<String, CommandLine> commands) {
    if (commands.put(line.getCommandSpec().qualifiedName(), line) == null) {
      line.getSubcommands().values().forEach(each -> collect(each, commands));
    }
  }

  private static CommandLine command(Models models, String name) {
    return Objects.requireNonNull(commands(models).get(name), name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void helpIsTheSame(String name) {
    assertEquals(
        command(Models.annotated(), name).getUsageMessage(),
        command(Models.written(), name).getUsageMessage());
  }

  @ParameterizedTest
  @MethodSource("names")
  void everythingPicocliKnowsIsTheSame(String name) {
    assertEquals(
        described(command(Models.annotated(), name).getCommandSpec()),
        described(command(Models.written(), name).getCommandSpec()));
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatAnArgumentIsGivenIsInItsField(String name) throws Exception {
    for (ArgSpec argument : command(Models.written(), name).getCommandSpec().args()) {
      Object bound = argument.setter();
      Field field = (Field) part(bound, "field");
      field.setAccessible(true);
      for (Object value : values(field.getType())) {
        argument.setter().set(value);
        assertEquals(value, field.get(part(bound, "owner")), field::toString);
        assertEquals(value, argument.getter().<Object>get(), field::toString);
      }
    }
  }

  private static Object part(Object bound, String name) throws ReflectiveOperationException {
    Method component = bound.getClass().getDeclaredMethod(name);
    component.setAccessible(true);
    return component.invoke(bound);
  }

  /** At least one is not what a field of this type begins with; none for types seldom used. */
  private static List<Object> values(Class<?> type) {
    if (type.isEnum()) {
      return List.of(type.getEnumConstants());
    }
    return switch (type.getSimpleName()) {
      case "boolean", "Boolean" -> List.of(true, false);
      case "int", "Integer" -> List.of(7, 8);
      case "long", "Long" -> List.of(7L, 8L);
      case "String" -> List.of("a", "b");
      case "Path" -> List.of(Path.of("a"), Path.of("b"));
      case "List" -> List.of(List.of("a"), List.of("b"));
      default -> List.of();
    };
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyArgumentFillsItsField(String name) {
    List<ArgSpec> written = command(Models.written(), name).getCommandSpec().args();
    List<ArgSpec> annotated = command(Models.annotated(), name).getCommandSpec().args();
    for (int i = 0; i < annotated.size(); i++) {
      Field field = (Field) annotated.get(i).userObject();
      String bound = written.get(i).setter().toString();
      assertTrue(bound.endsWith(", field=" + field + "]"), bound + " is not for " + field);
      assertEquals(written.get(i).setter(), written.get(i).getter());
    }
  }

  private static List<List<Object>> described(CommandSpec spec) {
    List<List<Object>> described = new ArrayList<>();
    described.add(
        Arrays.asList(
            spec.name(),
            Arrays.asList(spec.aliases()),
            spec.userObject().getClass(),
            spec.versionProvider() == null ? "" : spec.versionProvider().getClass(),
            spec.helpCommand(),
            spec.exitCodeOnExecutionException(),
            spec.exitCodeOnInvalidInput(),
            spec.exitCodeOnSuccess(),
            spec.usageMessage().hidden(),
            spec.parser().toString()));
    spec.args().forEach(arg -> described.add(described(arg)));
    return described;
  }

  private static List<Object> described(ArgSpec arg) {
    List<Object> described =
        new ArrayList<>(
            Arrays.asList(
                arg.arity(),
                arg.arity().isUnspecified(),
                arg.type(),
                Arrays.asList(arg.auxiliaryTypes()),
                arg.paramLabel(),
                Arrays.asList(arg.description()),
                arg.required(),
                arg.hidden(),
                arg.interactive(),
                arg.splitRegex(),
                arg.scopeType(),
                arg.inherited(),
                arg.defaultValue(),
                arg.hasInitialValue(),
                arg.parameterConsumer(),
                arg.preprocessor(),
                arg.group() == null ? "" : arg.group().exclusive() + " " + arg.group().synopsis(),
                Arrays.stream(arg.converters()).map(Object::getClass).toList()));
    described.add(
        arg.completionCandidates() == null ? "" : List.of(arg.completionCandidates().toString()));
    if (arg instanceof OptionSpec option) {
      described.addAll(
          Arrays.asList(
              Arrays.asList(option.names()),
              option.usageHelp(),
              option.versionHelp(),
              option.negatable(),
              option.fallbackValue(),
              option.order()));
    } else if (arg instanceof PositionalParamSpec operand) {
      described.addAll(Arrays.asList(operand.index(), operand.index().isUnspecified()));
    }
    return described;
  }
}
