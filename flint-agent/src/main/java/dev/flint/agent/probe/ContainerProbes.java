package dev.flint.agent.probe;

import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.ProbeSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one run of a container: those for liveness and readiness wait for the one for
 * startup. Confined to one thread.
 */
public final class ContainerProbes {
  private static final ProbeSpec.Kind[] KINDS = ProbeSpec.Kind.values();

  private final @Nullable ProbeState[] states = new ProbeState[KINDS.length];

  /** For a run that begins now. */
  public ContainerProbes(ContainerSpec container, long now) {
    for (ProbeSpec.Kind kind : KINDS) {
      Optional<ProbeSpec> spec = container.probe(kind);
      states[kind.ordinal()] = spec.isEmpty() ? null : new ProbeState(spec.get(), kind, now);
    }
  }

  /** The probe to try now; its {@link ProbeState#begun} is called. */
  public Optional<ProbeState> next(long now) {
    for (ProbeSpec.Kind kind : KINDS) {
      ProbeState state = states[kind.ordinal()];
      if (state != null && isOpen(kind) && state.isDue(now)) {
        state.begun(now);
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  /** When the next try is due; {@link Long#MAX_VALUE} for never. */
  public long due() {
    long due = Long.MAX_VALUE;
    for (ProbeSpec.Kind kind : KINDS) {
      ProbeState state = states[kind.ordinal()];
      if (state != null && isOpen(kind)) {
        due = Math.min(due, state.due());
      }
    }
    return due;
  }

  /** Whether the startup probe has succeeded, or there is none. */
  public boolean isStarted() {
    ProbeState startup = states[ProbeSpec.Kind.STARTUP.ordinal()];
    return startup == null || startup.isGood();
  }

  /** Whether it is started, and the readiness probe succeeds or there is none. */
  public boolean isReady() {
    ProbeState readiness = states[ProbeSpec.Kind.READINESS.ordinal()];
    return isStarted() && (readiness == null || readiness.isGood());
  }

  /** The probe for whose sake the container is to be restarted. */
  public Optional<ProbeState> failed() {
    for (ProbeState state : states) {
      if (state != null && state.isBad()) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  private boolean isOpen(ProbeSpec.Kind kind) {
    return kind == ProbeSpec.Kind.STARTUP || isStarted();
  }
}
