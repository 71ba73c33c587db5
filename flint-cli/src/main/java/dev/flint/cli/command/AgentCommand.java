package dev.flint.cli.command;

import dev.flint.agent.AgentMain;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code flint agent}, for its help and completion, and where there is no launcher: that one starts
 * {@link AgentMain} without the classes of the command line.
 */
@Command(
    name = "agent",
    sortOptions = false,
    description = "Keep instances running, and the pods of a folder.",
    footer = {
      "",
      "flint run starts one by itself where none runs, which ends when it has nothing",
      "to do. What runs goes on without the agent, and the next one takes it over:",
      "docs/agent.md.",
      "",
      "Example:  flint agent --pods ./pods"
    })
public final class AgentCommand implements Callable<Integer> {
  @Option(
      names = "--pods",
      paramLabel = "DIR",
      description = "Folder of Kubernetes Pod files to run.")
  private @Nullable String pods;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Where it keeps what it knows. Default: $FLINT_HOME/agent.")
  private @Nullable String state;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description =
          "Address to listen at: on loopback, for health, metrics and logs by HTTP; or none.")
  private @Nullable String listen;

  @Option(
      names = "--containerd",
      paramLabel = "SOCKET",
      description = "Socket of containerd. Default: /run/containerd/containerd.sock.")
  private @Nullable String containerd;

  @Option(
      names = "--image-gc-high-threshold",
      paramLabel = "PERCENT",
      description = "Disk use above which unused images are removed; 100: never. Default: 85.")
  private @Nullable String gcHigh;

  @Option(
      names = "--image-gc-low-threshold",
      paramLabel = "PERCENT",
      description = "Disk use down to which they are removed. Default: 80.")
  private @Nullable String gcLow;

  @Option(
      names = "--image-gc-min-age",
      paramLabel = "DURATION",
      description = "Keep images that were used since, such as 30s or 1h. Default: 2m.")
  private @Nullable String gcMinAge;

  @Option(
      names = "--admit-digest-only",
      description = "Run only pods whose images are pinned by digest.")
  private boolean admitDigestOnly;

  @Option(
      names = "--admit-registry",
      paramLabel = "HOST[/PREFIX]",
      description = "Run only pods with images from there. Repeatable.")
  private List<String> admitRegistries = new ArrayList<>();

  @Option(
      names = "--admit-signed",
      paramLabel = "PROGRAM",
      description = "Run only pods with images for which PROGRAM NAME@DIGEST exits with 0.")
  private @Nullable String admitSigned;

  @Option(
      names = "--cni-bin",
      paramLabel = "DIR[:DIR]",
      description = "Folders of CNI plugins. Default: $CNI_PATH, else /opt/cni/bin:/usr/lib/cni.")
  private @Nullable String cniPlugins;

  @Option(
      names = "--cni-conf",
      paramLabel = "DIR",
      description = "Folder of CNI networks. Default: $NETCONFPATH, else /etc/cni/net.d.")
  private @Nullable String cniNetworks;

  @Override
  public Integer call() {
    List<String> args = new ArrayList<>();
    add(args, "--pods", pods);
    add(args, "--state", state);
    add(args, "--listen", listen);
    add(args, "--containerd", containerd);
    add(args, "--image-gc-high-threshold", gcHigh);
    add(args, "--image-gc-low-threshold", gcLow);
    add(args, "--image-gc-min-age", gcMinAge);
    if (admitDigestOnly) {
      args.add("--admit-digest-only");
    }
    for (String place : admitRegistries) {
      add(args, "--admit-registry", place);
    }
    add(args, "--admit-signed", admitSigned);
    add(args, "--cni-bin", cniPlugins);
    add(args, "--cni-conf", cniNetworks);
    return AgentMain.run(args.toArray(String[]::new));
  }

  private static void add(List<String> args, String option, @Nullable String value) {
    if (value != null) {
      args.add(option);
      args.add(value);
    }
  }
}
