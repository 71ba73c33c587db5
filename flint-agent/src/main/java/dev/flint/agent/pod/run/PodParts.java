package dev.flint.agent.pod.run;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.ProbeSpec;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a pod is run with.
 *
 * @param specs makes instances of containers, when they are created
 * @param probes tries probes
 * @param failures keeps why pods have failed
 * @param restarts the pauses between restarts
 * @param images the pauses between tries to get an image
 */
public record PodParts(
    Instances instances,
    Specs specs,
    Probes probes,
    Failures failures,
    Backoff.Rule restarts,
    Backoff.Rule images) {
  /** Makes the instance of a container. */
  public interface Specs {
    /**
     * Makes it, with all that it refers to looked up and its volumes prepared.
     *
     * @throws IOException if something it refers to is missing
     */
    InstanceSpec make(PodSpec pod, ContainerSpec container) throws IOException;
  }

  /** Keeps why pods have failed, as their containers do not say so: also for agents to come. */
  public interface Failures {
    /** What is kept of the pod of this uid. */
    Optional<PodFailure> find(String uid);

    /** Keeps it. */
    void keep(String uid, PodFailure failure);
  }

  /** Tries probes. */
  public interface Probes {
    /**
     * Begins to try, and returns at once.
     *
     * @param result is told what is wrong, or an empty text, or nothing if nobody knows; once, on
     *     the pod's own thread
     */
    void begin(InstanceSpec spec, ProbeSpec probe, Consumer<Optional<String>> result);
  }
}
