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
  @Nullable String pods;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "Be a node of the Kubernetes cluster that FILE leads to; in-cluster: of this pod's.")
  @Nullable String kubeconfig;

  @Option(
      names = "--bootstrap-kubeconfig",
      paramLabel = "FILE",
      description = "Kubeconfig with a token, to get the other by if it is not there.")
  @Nullable String bootstrapKubeconfig;

  @Option(
      names = "--node-name",
      paramLabel = "NAME",
      description = "What the node is called. Default: the host's name.")
  @Nullable String nodeName;

  @Option(
      names = "--node-labels",
      paramLabel = "KEY=VALUE,...",
      description = "Labels of the node. Repeatable.")
  List<String> nodeLabels = new ArrayList<>();

  @Option(
      names = "--node-taint",
      paramLabel = "TAINT",
      description = {
        "KEY[=VALUE]:EFFECT, or none.",
        "Default: virtual-kubelet.io/provider=backend:NoSchedule."
      })
  @Nullable String nodeTaint;

  @Option(
      names = "--node-ip",
      paramLabel = "ADDRESS",
      description = "Address of the node. Default: the one it reaches its server by. Repeatable.")
  List<String> nodeAddresses = new ArrayList<>();

  @Option(
      names = "--max-pods",
      paramLabel = "N",
      description = "How many pods the node takes. Default: 110.")
  @Nullable String maxPods;

  @Option(
      names = "--system-reserved",
      paramLabel = "AMOUNTS",
      description = "What pods do not get of the device, as cpu=500m,memory=256Mi.")
  @Nullable String reserved;

  @Option(
      names = "--eviction-hard",
      paramLabel = "AMOUNTS",
      description =
          "Evict pods below, as memory.available<100Mi,nodefs.available<1Gi. Default: a kubelet's.")
  @Nullable String evictionHard;

  @Option(
      names = "--shutdown-grace-period",
      paramLabel = "DURATION",
      description = "Time for pods to end when the device shuts down, such as 30s. Default: 0.")
  @Nullable String shutdownGrace;

  @Option(
      names = "--kubelet-listen",
      paramLabel = "HOST:PORT",
      description = "Address of the kubelet's API, or none. Default: 0.0.0.0:10250.")
  @Nullable String kubeletListen;

  @Option(
      names = "--tls-cert-file",
      paramLabel = "FILE",
      description = "Certificate that is shown there. Default: one of its own.")
  @Nullable String tlsCertificate;

  @Option(
      names = "--tls-private-key-file",
      paramLabel = "FILE",
      description = "Key of that certificate.")
  @Nullable String tlsKey;

  @Option(
      names = "--client-ca-file",
      paramLabel = "FILE",
      description = "Who vouches for clients there. Default: the kubeconfig's authority.")
  @Nullable String clientAuthority;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Where it keeps what it knows. Default: $FLINT_HOME/agent.")
  @Nullable String state;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description =
          "Address to listen at: on loopback, for health, metrics and logs by HTTP; or none.")
  @Nullable String listen;

  @Option(
      names = "--containerd",
      paramLabel = "SOCKET",
      description = "Socket of containerd. Default: /run/containerd/containerd.sock.")
  @Nullable String containerd;

  @Option(
      names = "--image-gc-high-threshold",
      paramLabel = "PERCENT",
      description = "Disk use above which unused images are removed; 100: never. Default: 85.")
  @Nullable String gcHigh;

  @Option(
      names = "--image-gc-low-threshold",
      paramLabel = "PERCENT",
      description = "Disk use down to which they are removed. Default: 80.")
  @Nullable String gcLow;

  @Option(
      names = "--image-gc-min-age",
      paramLabel = "DURATION",
      description = "Keep images that were used since, such as 30s or 1h. Default: 2m.")
  @Nullable String gcMinAge;

  @Option(
      names = "--admit-digest-only",
      description = "Run only pods whose images are pinned by digest.")
  boolean admitDigestOnly;

  @Option(
      names = "--admit-registry",
      paramLabel = "HOST[/PREFIX]",
      description = "Run only pods with images from there. Repeatable.")
  List<String> admitRegistries = new ArrayList<>();

  @Option(
      names = "--admit-signed",
      paramLabel = "PROGRAM",
      description = "Run only pods with images for which PROGRAM NAME@DIGEST exits with 0.")
  @Nullable String admitSigned;

  @Option(
      names = "--cni-bin",
      paramLabel = "DIR[:DIR]",
      description = "Folders of CNI plugins. Default: $CNI_PATH, else /opt/cni/bin:/usr/lib/cni.")
  @Nullable String cniPlugins;

  @Option(
      names = "--cni-conf",
      paramLabel = "DIR",
      description = "Folder of CNI networks. Default: $NETCONFPATH, else /etc/cni/net.d.")
  @Nullable String cniNetworks;

  @Override
  public Integer call() {
    List<String> args = new ArrayList<>();
    add(args, "--pods", pods);
    add(args, "--kubeconfig", kubeconfig);
    add(args, "--bootstrap-kubeconfig", bootstrapKubeconfig);
    add(args, "--node-name", nodeName);
    for (String labels : nodeLabels) {
      add(args, "--node-labels", labels);
    }
    add(args, "--node-taint", nodeTaint);
    for (String address : nodeAddresses) {
      add(args, "--node-ip", address);
    }
    add(args, "--max-pods", maxPods);
    add(args, "--system-reserved", reserved);
    add(args, "--eviction-hard", evictionHard);
    add(args, "--shutdown-grace-period", shutdownGrace);
    add(args, "--kubelet-listen", kubeletListen);
    add(args, "--tls-cert-file", tlsCertificate);
    add(args, "--tls-private-key-file", tlsKey);
    add(args, "--client-ca-file", clientAuthority);
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
