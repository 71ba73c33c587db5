package dev.flint.agent.pod;

import dev.flint.agent.instance.Resources;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container of a pod, before anything it refers to is looked up.
 *
 * @param name a DNS label, the only one of its name in the pod
 * @param envFrom weaker than {@code env}, later ones stronger
 * @param env in order, as later ones may refer to earlier ones
 * @param resources limits, and requests where there is no limit
 */
public record ContainerSpec(
    String name,
    String image,
    PullPolicy pull,
    List<String> command,
    List<String> args,
    String workingDir,
    List<EnvFrom> envFrom,
    List<EnvEntry> env,
    Resources resources,
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
