package dev.flint.cli.command;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.cli.help.OptionSection;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How an instance shall run, in Docker's words. */
@OptionSection("Instance options")
final class InstanceOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the instance. Default: made of the image's.")
  @Nullable String name;

  @Option(
      names = {"-p", "--publish"},
      paramLabel = "[[IP:]HOST:]PORT[/udp]",
      converter = OptionTexts.PortConverter.class,
      description = "Forward a port of the host; without HOST a free one is taken. Repeatable.")
  List<PortForward> ports = new ArrayList<>();

  @Mixin EnvOption env = new EnvOption();

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description = "File of NAME=VALUE lines. Repeatable.")
  List<Path> envFiles = new ArrayList<>();

  @Option(
      names = {"-v", "--volume"},
      paramLabel = "SOURCE:TARGET[:ro]",
      converter = OptionTexts.MountConverter.class,
      description =
          "Folder or file of the host; a guest gets a read-only copy, or with :live the folder itself by virtiofs. Repeatable.")
  List<Mount> mounts = new ArrayList<>();

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "SIZE",
      converter = OptionTexts.MemoryConverter.class,
      description =
          "Memory, such as 512m or 2g; a plain number is MiB. A limit; a guest has so much.")
  @Nullable Long memory;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      converter = OptionTexts.CpusConverter.class,
      description = "Number of CPUs, such as 1.5; a guest gets whole ones.")
  @Nullable Integer milliCpus;

  @Option(
      names = "--restart",
      paramLabel = "RULE",
      converter = OptionTexts.RestartConverter.class,
      description = "no, on-failure[:TIMES] or always. Default: no.")
  @Nullable RestartRule restart;

  @Option(
      names = "--entrypoint",
      paramLabel = "PROGRAM",
      description = "Run this program instead of the image's.")
  @Nullable String entrypoint;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIR",
      defaultValue = "",
      description = "Working directory within the instance.")
  String workingDir;

  @Option(
      names = "--network",
      paramLabel = "NETWORK",
      converter = OptionTexts.NetworkConverter.class,
      description =
          "none, user, host, cni[:NAME], tap:DEVICE or bridge:DEVICE, the last two with ,ip=ADDRESS/BITS[,gateway=ADDRESS][,dns=ADDRESS] or ,ip=dhcp for OSv. Default: user, or host for containers.")
  @Nullable Network network;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "KEY=VALUE",
      description = "Label: of the instance. Repeatable.")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--stop-timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Time to end by itself when it is stopped. Default: 10.")
  int stopTimeout;

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
    out.putAll(env.read(context.env()));
    return out;
  }

  private void add(Context context, String line, Map<String, String> out) {
    try {
      EnvOption.add(line, context.env(), out);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
