package dev.flint.cli.command;

import dev.flint.capstan.ImportRequest;
import dev.flint.capstan.IndexYaml;
import dev.flint.oci.Platform;
import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.image.ImageDraft;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** What a new image shall say beside what its disk says. */
final class ImageOptions {
  /** Options with defaults that an artifact has nothing for. */
  private static final List<String> ELSEWHERE =
      List.of("--arch", "--compression", "--deflate", "--level", "--no-legacy");

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--cmd",
      paramLabel = "LINE",
      description = "Command line of OSv or of a kernel; default for OSv: the one on the disk.")
  private @Nullable String cmd;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME=VALUE",
      converter = EnvConverter.class,
      description = "Environment variable; repeatable.")
  private List<String> env = List.of();

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIR",
      defaultValue = "",
      description = "Working directory.")
  private String workdir;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT[/PROTO]",
      converter = PortConverter.class,
      description = "Port the application listens on, tcp or udp; repeatable.")
  private List<String> ports = List.of();

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "MIB",
      converter = MemoryConverter.class,
      description = "Memory hint: MiB, or with a suffix as in 512m or 2g.")
  private @Nullable Long memory;

  @Option(names = "--cpus", paramLabel = "N", description = "Hint for the number of CPUs.")
  private @Nullable Integer cpus;

  /** The architectures an image can be for. */
  enum Arch {
    amd64,
    arm64
  }

  @Option(
      names = "--arch",
      defaultValue = "amd64",
      description = "Architecture: ${COMPLETION-CANDIDATES}. Default: amd64.")
  private Arch arch;

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Config label; repeatable.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--annotation",
      paramLabel = "KEY=VALUE",
      description = "Manifest annotation; repeatable.")
  private Map<String, String> annotations = new LinkedHashMap<>();

  @Option(
      names = "--created",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description =
          "RFC 3339 time the image carries. Default: $SOURCE_DATE_EPOCH, else that of index.yaml,"
              + " else 1970.")
  private @Nullable Instant created;

  @Option(
      names = "--rewrite",
      description =
          "Write a qcow2 with compressed clusters anew without them, so that updates can share"
              + " what did not change. The disk is no longer the same file, but the same disk.")
  private boolean rewrite;

  @Option(
      names = "--no-legacy",
      description = "Leave out the keys that the published Feather agent reads.")
  private boolean noLegacy;

  ImportRequest request(
      Path disk,
      IndexYaml index,
      Optional<BackendKind> backend,
      boolean containerDisk,
      Map<String, String> environment) {
    check();
    return new ImportRequest(
        disk,
        index,
        Optional.ofNullable(cmd),
        env,
        workdir,
        ports,
        memory == null ? OptionalLong.empty() : OptionalLong.of(memory),
        cpus == null ? OptionalInt.empty() : OptionalInt.of(cpus),
        new Platform("linux", arch.name(), ""),
        labels,
        annotations,
        Optional.ofNullable(created).or(() -> SourceDate.of(environment, spec)),
        rewrite,
        !noLegacy,
        // Only OSv has such a line.
        backend.or(() -> Optional.ofNullable(cmd).map(line -> BackendKind.OSV)),
        containerDisk);
  }

  /** Of an image whose files are no disks; a command line is split as that of OSv is. */
  ImageDraft draft(BackendKind backend, Map<String, String> environment) {
    check();
    return new ImageDraft(
        backend.id(),
        backend.runtime(),
        new Platform("linux", arch.name(), ""),
        cmd == null ? List.of() : List.of(cmd.split(" ", -1)),
        env,
        workdir,
        ports,
        memory == null ? OptionalLong.empty() : OptionalLong.of(memory),
        cpus == null ? OptionalInt.empty() : OptionalInt.of(cpus),
        labels,
        annotations,
        Optional.ofNullable(created)
            .or(() -> SourceDate.of(environment, spec))
            .orElse(Instant.EPOCH),
        false);
  }

  /** Only a disk can be written anew. */
  void refuseForFiles() {
    if (rewrite) {
      throw new ParameterException(spec.commandLine(), "--rewrite goes with a disk");
    }
  }

  /** An artifact has a config of its own, which has no room for how to run it, and no layer. */
  void refuseForArtifact() {
    ParseResult parsed = spec.commandLine().getParseResult();
    boolean given =
        cmd != null
            || memory != null
            || cpus != null
            || !env.isEmpty()
            || !workdir.isEmpty()
            || !ports.isEmpty()
            || !labels.isEmpty()
            || ELSEWHERE.stream().anyMatch(parsed::hasMatchedOption);
    if (given) {
      throw new ParameterException(
          spec.commandLine(), "of these options only --annotation and --created go with artifacts");
    }
  }

  /** Tells wrong usage before anything is touched. */
  void check() {
    if (cpus != null && cpus < 1) {
      throw new ParameterException(spec.commandLine(), "--cpus is at least 1");
    }
    refuseReserved("--label", labels);
    refuseReserved("--annotation", annotations);
  }

  /** Else they would be lost without a word: Flint sets these itself. */
  private void refuseReserved(String option, Map<String, String> values) {
    for (String key : values.keySet()) {
      if (key.startsWith("feather.")
          || key.startsWith("dev.flint.disk.")
          || key.startsWith("dev.flint.file")) {
        throw new ParameterException(
            spec.commandLine(), option + " cannot set \"" + key + "\": Flint sets it itself");
      }
    }
  }

  static final class EnvConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (text.indexOf('=') < 1) {
        throw new TypeConversionException("expected NAME=VALUE: " + text);
      }
      return text;
    }
  }

  static final class PortConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      String protocol = text.indexOf('/') < 0 ? "/tcp" : text.substring(text.indexOf('/'));
      String number = text.indexOf('/') < 0 ? text : text.substring(0, text.indexOf('/'));
      boolean legal = number.matches("[0-9]{1,5}") && protocol.matches("/(tcp|udp)");
      if (!legal || Integer.parseInt(number) < 1 || Integer.parseInt(number) > 65535) {
        throw new TypeConversionException("expected a port such as 8080 or 53/udp: " + text);
      }
      return Integer.parseInt(number) + protocol;
    }
  }

  static final class MemoryConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      String lower = text.toLowerCase(Locale.ROOT);
      if (!lower.matches("[0-9]{1,9}(m|g|mib|gib)?")) {
        throw new TypeConversionException("expected a size such as 512, 512m or 2g: " + text);
      }
      long number = Long.parseLong(lower.replaceAll("[a-z]", ""));
      if (number < 1) {
        throw new TypeConversionException("expected at least 1 MiB: " + text);
      }
      return lower.contains("g") ? number * 1024 : number;
    }
  }

  static final class TimeConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        throw new TypeConversionException(
            "expected an RFC 3339 time such as 2026-01-31T12:00:00Z: " + text);
      }
    }
  }
}
