package dev.flint.agent.instance;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What shall run: the paper's Container+, with nothing left to look up but its image.
 *
 * @param image the reference as it was asked for
 * @param command replaces the image's program (Entrypoint); empty keeps it
 * @param args replaces the arguments (Cmd; for OSv what follows the program); empty keeps them
 * @param env added to the image's environment, stronger than it; in order
 * @param workingDir replaces the image's; empty keeps it
 * @param stopGrace how long the instance has to end by itself after it was asked to
 * @param labels what its owner wants to know of it, for example the pod
 * @param security what it may do
 * @param extras what its pod adds
 */
public record InstanceSpec(
    InstanceId id,
    String image,
    List<String> command,
    List<String> args,
    Map<String, String> env,
    String workingDir,
    Resources resources,
    Network network,
    List<PortForward> ports,
    List<Mount> mounts,
    RestartRule restart,
    Duration stopGrace,
    Map<String, String> labels,
    Security security,
    Extras extras) {
  /** Copies the lists. */
  public InstanceSpec {
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    ports = List.copyOf(ports);
    mounts = List.copyOf(mounts);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  /** One that may do what is usual. */
  public InstanceSpec(
      InstanceId id,
      String image,
      List<String> command,
      List<String> args,
      Map<String, String> env,
      String workingDir,
      Resources resources,
      Network network,
      List<PortForward> ports,
      List<Mount> mounts,
      RestartRule restart,
      Duration stopGrace,
      Map<String, String> labels) {
    this(
        id,
        image,
        command,
        args,
        env,
        workingDir,
        resources,
        network,
        ports,
        mounts,
        restart,
        stopGrace,
        labels,
        Security.USUAL,
        Extras.NONE);
  }

  /** The same that may do something else. */
  public InstanceSpec withSecurity(Security other) {
    return with(network, ports, mounts, labels, other, extras);
  }

  /** The same with other extras. */
  public InstanceSpec withExtras(Extras others) {
    return with(network, ports, mounts, labels, security, others);
  }

  /** The same with other ports. */
  public InstanceSpec withPorts(List<PortForward> others) {
    return with(network, others, mounts, labels, security, extras);
  }

  /** The same with other mounts. */
  public InstanceSpec withMounts(List<Mount> others) {
    return with(network, ports, others, labels, security, extras);
  }

  /** The same connected otherwise. */
  public InstanceSpec withNetwork(Network other) {
    return with(other, ports, mounts, labels, security, extras);
  }

  /** The same with other labels. */
  public InstanceSpec withLabels(Map<String, String> others) {
    return with(network, ports, mounts, others, security, extras);
  }

  private InstanceSpec with(
      Network newNetwork,
      List<PortForward> newPorts,
      List<Mount> newMounts,
      Map<String, String> newLabels,
      Security newSecurity,
      Extras newExtras) {
    return new InstanceSpec(
        id,
        image,
        command,
        args,
        env,
        workingDir,
        resources,
        newNetwork,
        newPorts,
        newMounts,
        restart,
        stopGrace,
        newLabels,
        newSecurity,
        newExtras);
  }
}
