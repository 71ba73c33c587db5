package dev.flint.cli;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * Run by the build: writes what picocli reads from the annotations of all commands as Java source,
 * so that no run has to read them. Knows as much of picocli as the commands use; WrittenModelsTest
 * compares.
 */
final class ModelWriter {
  private static final String PACKAGE = "dev.flint.cli.command";

  private final StringBuilder source = new StringBuilder();
  private final IdentityHashMap<Object, String> owners = new IdentityHashMap<>();

  /** Those of options and operands; their numbers are their places. */
  private final Set<Field> fields = new LinkedHashSet<>();

  private ModelWriter() {}

  /** Writes below the folder that is the only argument. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0], PACKAGE.split("[.]"));
    Files.createDirectories(folder);
    String source = new ModelWriter().write(commands(Flint.model()));
    Path file = folder.resolve("WrittenModels.java");
    // What did not change need not be compiled again.
    if (!Files.exists(file) || !Files.readString(file).equals(source)) {
      Files.writeString(file, source);
    }
  }

  private static List<CommandSpec> commands(CommandLine line) {
    List<CommandSpec> all = new ArrayList<>();
    all.add(line.getCommandSpec());
    new ArrayList<>(line.getSubcommands().values())
        .stream().distinct().map(ModelWriter::commands).forEach(all::addAll);
    return all;
  }

  private String write(List<CommandSpec> commands) {
    source.append("package ").append(PACKAGE).append(";\n\n");
    source.append("import picocli.CommandLine;\nimport picocli.CommandLine.Model.*;\n\n");
    source.append("/** Written by the build from the annotations of the commands. */\n");
    source.append("@SuppressWarnings({\"unchecked\", \"rawtypes\"})\n");
    source.append("final class WrittenModels implements Models, Fields.Access {\n");
    source.append("  private final Fields fields = new Fields(this);\n\n");
    source.append("  @Override\n  public CommandLine of(Object command) {\n");
    source.append("    CommandSpec spec = CommandSpec.wrapWithoutInspection(command);\n");
    source.append("    switch (command.getClass().getName()) {\n");
    for (CommandSpec command : commands) {
      Class<?> type = command.userObject().getClass();
      source.append("      case \"" + type.getName() + "\" -> " + method(type));
      source.append("(spec, command);\n");
    }
    source.append("      default -> throw new IllegalArgumentException(command.toString());\n");
    source.append("    }\n    return new CommandLine(spec);\n  }\n");
    commands.forEach(this::command);
    access();
    return source.append("}\n").toString();
  }

  private void access() {
    StringBuilder get = new StringBuilder();
    StringBuilder set = new StringBuilder();
    int number = 0;
    for (Field field : fields) {
      String place = place("owner", field);
      get.append("      case " + number + " -> " + place + ";\n");
      String type = field.getType().getCanonicalName();
      set.append("      case " + number + " -> " + place + " = (" + type + ") value;\n");
      number++;
    }
    String last = "      default -> throw new IllegalArgumentException();\n";
    source.append("\n  @Override\n  public Object get(Object owner, int number) {\n");
    source.append("    return switch (number) {\n" + get + last + "    };\n  }\n");
    source.append("\n  @Override\n  public void set(Object owner, int number, Object value) {\n");
    source.append("    switch (number) {\n" + set + last + "    }\n  }\n");
  }

  private static String place(String object, Field field) {
    String owner = field.getDeclaringClass().getCanonicalName();
    return "((" + owner + ") " + object + ")." + field.getName();
  }

  private int number(Field field) {
    fields.add(field);
    return List.copyOf(fields).indexOf(field);
  }

  private static String method(Class<?> command) {
    return "of" + command.getName().substring(PACKAGE.length() + 1).replace("$", "");
  }

  private void command(CommandSpec spec) {
    Class<?> type = spec.userObject().getClass();
    source.append("\n  private void " + method(type));
    source.append("(CommandSpec spec, Object command) {\n");
    UsageMessageSpec usage = spec.usageMessage();
    line(
        "spec"
            + (set("name", spec.name()) + set("aliases", spec.aliases()))
            + (spec.versionProvider() == null
                ? ""
                : ".versionProvider(" + made(spec.versionProvider()) + ")"));
    line(
        "spec.usageMessage()"
            + (".sortOptions(" + usage.sortOptions() + ").hidden(" + usage.hidden() + ")")
            + set("description", usage.description())
            + set("synopsisSubcommandLabel", usage.synopsisSubcommandLabel())
            + set("footer", usage.footer())
            + set("customSynopsis", usage.customSynopsis()));
    owners.clear();
    owner("command", spec.userObject());
    Set<ArgGroupSpec> groups = new HashSet<>();
    for (ArgSpec argument : spec.args()) {
      if (argument.group() != null && groups.add(argument.group())) {
        line("spec.addArgGroup(" + group(argument.group()) + ")");
      } else if (argument.group() == null && !argument.inherited()) {
        line("spec.add(" + argument(argument) + ")");
      }
    }
    source.append("  }\n");
  }

  /** Names an object with options, and those it is made of. */
  private void owner(String name, Object object) {
    owners.put(object, name);
    for (Field field : object.getClass().getDeclaredFields()) {
      if (field.isAnnotationPresent(Spec.class)) {
        line(place(name, field) + " = spec");
      } else if (field.isAnnotationPresent(Mixin.class)
          || field.isAnnotationPresent(ArgGroup.class)) {
        String part = name + "_" + field.getName();
        line("Object " + part + " = " + place(name, field));
        owner(part, value(field, object));
      }
    }
  }

  private static Object value(Field field, Object object) {
    try {
      field.setAccessible(true);
      return Objects.requireNonNull(field.get(object), field::toString);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private String group(ArgGroupSpec group) {
    return "ArgGroupSpec.builder()"
        + (".exclusive(" + group.exclusive() + ")")
        + set("multiplicity", group.multiplicity().toString())
        + group.args().stream()
            .map(argument -> ".addArg(" + argument(argument) + ")")
            .collect(Collectors.joining())
        + ".build()";
  }

  private String option(OptionSpec option) {
    return "fields.bind(OptionSpec"
        + set("builder", option.names())
        + (option.usageHelp() ? ".usageHelp(true)" : "")
        + (option.versionHelp() ? ".versionHelp(true)" : "")
        + (option.negatable() ? ".negatable(true)" : "")
        + (option.fallbackValue().isEmpty() ? "" : set("fallbackValue", option.fallbackValue()))
        + common(option);
  }

  private String operand(PositionalParamSpec operand) {
    return "fields.bind(PositionalParamSpec.builder()"
        + (operand.index().isUnspecified() ? "" : set("index", operand.index().toString()))
        + common(operand);
  }

  private String argument(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? option(option)
        : operand((PositionalParamSpec) argument);
  }

  private String common(ArgSpec argument) {
    Field field = (Field) argument.userObject();
    return (argument.arity().isUnspecified() ? "" : set("arity", argument.arity().toString()))
        + (".type(" + argument.type().getCanonicalName() + ".class)")
        + (".auxiliaryTypes(" + types(argument.auxiliaryTypes()) + ")")
        + set("paramLabel", argument.paramLabel())
        + set("description", argument.description())
        + (argument.required() ? ".required(true)" : "")
        + (argument.hidden() ? ".hidden(true)" : "")
        + (argument.scopeType() == ScopeType.INHERIT
            ? ".scopeType(CommandLine.ScopeType.INHERIT)"
            : "")
        + (argument.converters().length == 0
            ? ""
            : ".converters(" + made((Object[]) argument.converters()) + ")")
        + (isOwn(argument.completionCandidates())
            ? ".completionCandidates(" + made(argument.completionCandidates()) + ")"
            : "")
        + (argument.defaultValue() == null ? "" : set("defaultValue", argument.defaultValue()))
        + (", " + owner(argument) + ", " + quoted(field.getName()))
        + (", " + number(field) + ").build()");
  }

  /** Not those that picocli makes of an enum by itself. */
  private static boolean isOwn(@Nullable Iterable<String> candidates) {
    return candidates != null && candidates.getClass().getName().startsWith(PACKAGE + ".");
  }

  private String owner(ArgSpec argument) {
    try {
      Object owner = argument.scope().get();
      return Objects.requireNonNull(owners.get(owner), argument::toString);
    } catch (Exception e) {
      throw new IllegalStateException("no owner of " + argument, e);
    }
  }

  private void line(String statement) {
    source.append("    ").append(statement).append(";\n");
  }

  private static String made(Object... objects) {
    return Arrays.stream(objects)
        .map(object -> "new " + object.getClass().getCanonicalName() + "()")
        .collect(Collectors.joining(", "));
  }

  private static String types(Class<?>... types) {
    return Arrays.stream(types)
        .map(type -> type.getCanonicalName() + ".class")
        .collect(Collectors.joining(", "));
  }

  /** A call that sets texts, if there are any. */
  private static String set(String name, String... texts) {
    return texts.length == 0
        ? ""
        : Arrays.stream(texts)
            .map(ModelWriter::quoted)
            .collect(Collectors.joining(", ", "." + name + "(", ")"));
  }

  private static String quoted(String text) {
    String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return '"' + escaped + '"';
  }
}
