package dev.flint.cli.command;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.oci.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How an instance shall run, in Docker's words. */
final class InstanceOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the instance. Default: made of the image's.")
  private @Nullable String name;

  @Option(
      names = {"-p", "--publish"},
      paramLabel = "[[IP:]HOST:]PORT[/udp]",
      converter = OptionTexts.PortConverter.class,
      description = "Forward a port of the host; without HOST a free one is taken. Repeatable.")
  private List<PortForward> ports = new ArrayList<>();

  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME[=VALUE]",
      description = "Environment variable; without a value, the one of this shell. Repeatable.")
  private List<String> env = new ArrayList<>();

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description = "File of NAME=VALUE lines; repeatable.")
  private List<Path> envFiles = new ArrayList<>();

  @Option(
      names = {"-v", "--volume"},
      paramLabel = "SOURCE:TARGET[:ro]",
      converter = OptionTexts.MountConverter.class,
      description =
          "Folder or file of the host; a guest gets a read-only copy, or with :live the folder itself by virtiofs. Repeatable.")
  private List<Mount> mounts = new ArrayList<>();

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "SIZE",
      converter = OptionTexts.SizeConverter.class,
      description = "Memory limit, for example 128m; for a guest the size of its memory.")
  private @Nullable Long memory;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      converter = OptionTexts.CpusConverter.class,
      description = "CPUs it may use, for example 1.5; a guest gets whole ones.")
  private @Nullable Integer milliCpus;

  @Option(
      names = "--restart",
      paramLabel = "RULE",
      converter = OptionTexts.RestartConverter.class,
      description = "no, on-failure[:TIMES] or always. Default: no.")
  private @Nullable RestartRule restart;

  @Option(
      names = "--entrypoint",
      paramLabel = "PROGRAM",
      description = "Run this program instead of the image's.")
  private @Nullable String entrypoint;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIR",
      defaultValue = "",
      description = "Working directory within the instance.")
  private String workingDir;

  @Option(
      names = "--network",
      paramLabel = "NETWORK",
      converter = OptionTexts.NetworkConverter.class,
      description =
          "none, user, host, cni[:NAME], tap:DEVICE or bridge:DEVICE, the last two with ,ip=ADDRESS/BITS[,gateway=ADDRESS][,dns=ADDRESS] or ,ip=dhcp for OSv. Default: user, or host for containers.")
  private @Nullable Network network;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "NAME=VALUE",
      description = "Label of the instance; repeatable.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--stop-timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Time to end by itself when it is stopped. Default: 10.")
  private int stopTimeout;

  /** The wish. */
  InstanceSpec spec(
      Context context, Reference image, List<String> args, Map<String, String> ownLabels)
      throws IOException {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.putAll(ownLabels);
    return new InstanceSpec(
        name == null ? OptionTexts.nameFor(image) : InstanceId.parse(name),
        image.toString(),
        entrypoint == null ? List.of() : List.of(entrypoint),
        args,
        environment(context),
        workingDir,
        new Resources(milliCpus == null ? 0 : milliCpus, memory == null ? 0 : memory),
        network == null ? new Network.Usual() : network,
        ports,
        mounts,
        restart == null ? RestartRule.NEVER : restart,
        Duration.ofSeconds(stopTimeout),
        all);
  }

  private Map<String, String> environment(Context context) throws IOException {
    Map<String, String> out = new LinkedHashMap<>();
    for (Path file : envFiles) {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          add(context, line, out);
        }
      }
    }
    for (String entry : env) {
      add(context, entry, out);
    }
    return out;
  }

  private void add(Context context, String entry, Map<String, String> out) {
    int equals = entry.indexOf('=');
    String variable = equals < 0 ? entry : entry.substring(0, equals);
    if (!variable.matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
      throw new ParameterException(spec.commandLine(), "not an environment variable: " + variable);
    }
    String value = equals < 0 ? context.env().get(variable) : entry.substring(equals + 1);
    if (value != null) {
      out.put(variable, value);
    }
  }
}
