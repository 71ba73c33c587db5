package dev.flint.cli.completion;

import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.disk.FileRole;
import dev.flint.registry.settings.ConfigKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The one table of what may stand for an operand or an option's value, by what its help calls it.
 * Kinds are words of the engine; those it does not know itself, the launcher looks up.
 */
final class ValueKinds {
  private static final String NONE = "none";
  private static final String FILES = "files";
  private static final String FOLDERS = "folders";

  /** Words that are given. */
  private static final String WORDS = "words:";

  /** Images of the local store. */
  private static final String STORED = "stored";

  /** Images of registries, with their tags. */
  private static final String REMOTE = "remote";

  /** Repositories of registries. */
  private static final String REPOSITORY = "repository";

  /** Those that images are usually made for. */
  private static final String PLATFORMS =
      "words:linux/amd64 linux/arm64 linux/arm/v7 linux/ppc64le linux/riscv64 linux/s390x";

  private static final String HOST = "host";
  private static final String CAPSTAN = "capstan";
  private static final String INSTANCE = "instance";
  private static final String RUNNING = "running";
  private static final String PLACE = "place";

  /** A stored image or a file. */
  private static final String DISK = "disk";

  /** By label, by an option's longest name, or by command and label; the last is the strongest. */
  private static final Map<String, String> TABLE = table();

  private ValueKinds() {}

  private static Map<String, String> table() {
    Map<String, String> table = new HashMap<>();
    // What a user makes up, and what means something inside of a guest only.
    put(
        table,
        NONE,
        "ARG",
        "BYTES",
        "CMD",
        "CODE",
        "DURATION",
        "GIB",
        "HOST:PORT",
        "KEY=VALUE",
        "LINE");
    put(table, NONE, "LINES", "MIB", "N", "NAME=VALUE", "NAME[=VALUE]", "PERCENT", "PORT");
    put(table, NONE, "PORT[/PROTO]", "RATE", "SECONDS", "SET", "SIZE", "TEXT", "TIME", "TYPE");
    put(table, NONE, "VALUE");
    put(table, NONE, "URL", "[[IP:]HOST:]PORT[/udp]");
    put(table, NONE, "--entrypoint", "--name", "--node-name", "--username", "--workdir");
    put(table, NONE, "ADDRESS", "AMOUNTS", "KEY=VALUE,...", "TAINT");
    put(table, FILES, "FILE", "FILE[:MEDIATYPE]", "PROGRAM", "SOCKET", "SOURCE:TARGET[:ro]");
    put(table, FILES, "flint convert SRC", "flint convert DST");
    put(table, FOLDERS, "DIR", "DIR[:DIR]");
    put(table, STORED, "REF", "NEW-REF");
    put(table, REMOTE, "IMAGE", "flint attach REF", "flint boot-test REF", "flint check REF");
    put(table, REMOTE, "flint digest REF", "flint manifest delete REF", "flint manifest get REF");
    put(table, REMOTE, "flint manifest put REF", "flint pull REF", "flint referrers REF");
    put(table, REMOTE, "flint run REF");
    put(table, REPOSITORY, "REPO", "REPO@DIGEST", "HOST[/REPOSITORY]");
    put(table, HOST, "HOST", "HOST[/PREFIX]");
    put(table, "login", "flint login HOST", "flint logout HOST");
    put(table, CAPSTAN, "flint import NAME", "LOADER", "--to-capstan");
    put(table, "package", "PACKAGE");
    put(table, RUNNING, "flint exec NAME", "flint kill NAME", "flint port NAME");
    put(table, RUNNING, "flint stop NAME", "flint wait NAME");
    put(table, INSTANCE, "flint logs NAME", "flint restart NAME", "flint rm NAME");
    put(table, DISK, "A", "B");
    put(table, PLACE, "flint copy SRC", "flint copy DST");
    put(table, "command", "COMMAND");
    put(table, WORDS + "containerd osv", "KIND");
    put(table, WORDS + "no on-failure always", "RULE");
    put(table, WORDS + "none user host cni tap: bridge:", "NETWORK");
    put(table, WORDS + "qemu applehv hyperv", "--disk-type");
    put(table, PLATFORMS, "OS/ARCH");
    put(table, WORDS + words(Arrays.stream(FileRole.values()).map(FileRole::id)), "ROLE");
    String backends = words(Arrays.stream(BackendKind.values()).map(BackendKind::id));
    put(table, WORDS + backends, "flint import KIND");
    put(table, WORDS + "amd64 arm64", "ARCH");
    put(
        table,
        WORDS
            + words(
                Arrays.stream(ConfigKey.values())
                    .filter(key -> !key.isOfRegistry())
                    .map(ConfigKey::word)),
        "KEY");
    return Map.copyOf(table);
  }

  private static void put(Map<String, String> table, String kind, String... keys) {
    for (String key : keys) {
      table.put(key, kind);
    }
  }

  /** What an option of a command takes. */
  static String of(CommandSpec command, OptionSpec option) {
    return Optional.ofNullable(TABLE.get(option.longestName()))
        .orElseGet(() -> of(command, option.paramLabel(), option));
  }

  /**
   * What a command takes.
   *
   * @param label what the help calls it, or a part of that
   * @throws IllegalArgumentException if the table does not have it
   */
  static String of(CommandSpec command, String label, ArgSpec argument) {
    String kind = TABLE.get(command.qualifiedName() + " " + label);
    if (kind == null && argument.completionCandidates() != null) {
      kind = WORDS + candidates(argument);
    }
    if (kind == null) {
      kind = TABLE.get(label);
    }
    if (kind == null) {
      throw new IllegalArgumentException(
          "what is " + label + " of " + command.qualifiedName() + "? ValueKinds must say");
    }
    return kind;
  }

  /** Case does not matter to the commands, and people type small letters. */
  private static String candidates(ArgSpec argument) {
    Stream.Builder<String> names = Stream.builder();
    argument.completionCandidates().forEach(names);
    return words(names.build().map(name -> name.toLowerCase(Locale.ROOT)));
  }

  private static String words(Stream<String> words) {
    return words.collect(Collectors.joining(" "));
  }
}
