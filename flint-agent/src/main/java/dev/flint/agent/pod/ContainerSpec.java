package dev.flint.agent.pod;

import dev.flint.agent.instance.Interaction;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.Security;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container of a pod, before anything it refers to is looked up.
 *
 * @param name a DNS label, the only one of its name in the pod
 * @param sidecar whether it is an init container that runs on, beside those that come after it
 * @param envFrom weaker than {@code env}, later ones stronger
 * @param env in order, as later ones may refer to earlier ones
 * @param security what it may do, also by what its pod says
 * @param lastWords where it leaves them
 * @param resources limits and requests
 * @param interaction how somebody may talk to it
 */
public record ContainerSpec(
    String name,
    boolean sidecar,
    String image,
    PullPolicy pull,
    List<String> command,
    List<String> args,
    String workingDir,
    List<EnvFrom> envFrom,
    List<EnvEntry> env,
    Resources resources,
    Security security,
    LastWords lastWords,
    Interaction interaction,
    List<PortSpec> ports,
    List<VolumeMount> mounts,
    @Nullable ProbeSpec startup,
    @Nullable ProbeSpec liveness,
    @Nullable ProbeSpec readiness) {
  /** Copies the lists. */
  public ContainerSpec {
    command = List.copyOf(command);
    args = List.copyOf(args);
    envFrom = List.copyOf(envFrom);
    env = List.copyOf(env);
    ports = List.copyOf(ports);
    mounts = List.copyOf(mounts);
  }

  /** The probe of this kind. */
  public Optional<ProbeSpec> probe(ProbeSpec.Kind kind) {
    return Optional.ofNullable(
        switch (kind) {
          case STARTUP -> startup;
          case LIVENESS -> liveness;
          case READINESS -> readiness;
        });
  }
}
