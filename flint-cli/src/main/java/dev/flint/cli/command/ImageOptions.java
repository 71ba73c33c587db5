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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
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
  CommandSpec spec;

  @Option(
      names = "--cmd",
      paramLabel = "LINE",
      description =
          "Command line of the guest: of OSv or of a kernel. Default for OSv: the one on the disk.")
  @Nullable String cmd;

  @Mixin EnvOption env = new EnvOption();

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIR",
      defaultValue = "",
      description = "Working directory within the instance.")
  String workdir;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = PortConverter.class,
      description = "Port of the application: it listens there, as 8080 or 53/udp. Repeatable.")
  List<String> ports = List.of();

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "SIZE",
      converter = MemoryConverter.class,
      description =
          "Memory, such as 512m or 2g; a plain number is MiB. A hint to what runs the image.")
  @Nullable Long memory;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      description = "Number of CPUs: a hint to what runs the image.")
  @Nullable Integer cpus;

  /** The architectures an image can be for. */
  enum Arch {
    amd64,
    arm64
  }

  @Option(
      names = "--arch",
      defaultValue = "amd64",
      paramLabel = "ARCH",
      description = "Architecture: ${COMPLETION-CANDIDATES}. Default: amd64.")
  Arch arch;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "KEY=VALUE",
      description = "Label: of the image's config. Repeatable.")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--annotation",
      paramLabel = "KEY=VALUE",
      description = "Annotation: of the manifest. Repeatable.")
  Map<String, String> annotations = new LinkedHashMap<>();

  @Option(
      names = "--created",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description =
          "RFC 3339 time the image carries. Default: $SOURCE_DATE_EPOCH, else that of index.yaml,"
              + " else 1970.")
  @Nullable Instant created;

  @Option(
      names = "--rewrite",
      description =
          "Write a qcow2 with compressed clusters anew without them, so that updates can share"
              + " what did not change. The disk is no longer the same file, but the same disk.")
  boolean rewrite;

  @Option(
      names = "--no-legacy",
      description = "Leave out the keys that the published Feather agent reads.")
  boolean noLegacy;

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
        variables(environment),
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
        variables(environment),
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

  private List<String> variables(Map<String, String> shell) {
    List<String> variables = new ArrayList<>();
    env.read(shell).forEach((name, value) -> variables.add(name + "=" + value));
    return variables;
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
            || env.isGiven()
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
      long mib = new OptionTexts.MemoryConverter().convert(text) >> 20;
      if (mib < 1) {
        throw new TypeConversionException("expected at least 1 MiB: " + text);
      }
      return mib;
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
