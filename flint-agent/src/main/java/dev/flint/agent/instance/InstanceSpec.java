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
    return with(ports, mounts, other, extras);
  }

  /** The same with other extras. */
  public InstanceSpec withExtras(Extras others) {
    return with(ports, mounts, security, others);
  }

  /** The same with other ports. */
  public InstanceSpec withPorts(List<PortForward> others) {
    return with(others, mounts, security, extras);
  }

  /** The same with other mounts. */
  public InstanceSpec withMounts(List<Mount> others) {
    return with(ports, others, security, extras);
  }

  private InstanceSpec with(
      List<PortForward> newPorts, List<Mount> newMounts, Security newSecurity, Extras newExtras) {
    return new InstanceSpec(
        id,
        image,
        command,
        args,
        env,
        workingDir,
        resources,
        network,
        newPorts,
        newMounts,
        restart,
        stopGrace,
        labels,
        newSecurity,
        newExtras);
  }
}
