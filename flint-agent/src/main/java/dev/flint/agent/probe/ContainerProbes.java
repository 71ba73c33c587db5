package dev.flint.agent.probe;

import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.ProbeSpec;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The probes of one run of a container: those for liveness and readiness wait for the one for
 * startup. Confined to one thread.
 */
public final class ContainerProbes {
  /** In the order of the kinds. */
  private final EnumMap<ProbeSpec.Kind, ProbeState> states = new EnumMap<>(ProbeSpec.Kind.class);

  /** For a run that begins now. */
  public ContainerProbes(ContainerSpec container, long now) {
    for (ProbeSpec.Kind kind : ProbeSpec.Kind.values()) {
      Optional<ProbeSpec> spec = container.probe(kind);
      if (spec.isPresent()) {
        states.put(kind, new ProbeState(spec.get(), kind, now));
      }
    }
  }

  /** The probe to try now; its {@link ProbeState#begun} is called. */
  public Optional<ProbeState> next(long now) {
    for (Map.Entry<ProbeSpec.Kind, ProbeState> entry : states.entrySet()) {
      ProbeState state = entry.getValue();
      if (isOpen(entry.getKey()) && state.isDue(now)) {
        state.begun(now);
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  /** When the next try is due; {@link Long#MAX_VALUE} for never. */
  public long due() {
    long due = Long.MAX_VALUE;
    for (Map.Entry<ProbeSpec.Kind, ProbeState> entry : states.entrySet()) {
      if (isOpen(entry.getKey())) {
        due = Math.min(due, entry.getValue().due());
      }
    }
    return due;
  }

  /** Whether the startup probe has succeeded, or there is none. */
  public boolean isStarted() {
    ProbeState startup = states.get(ProbeSpec.Kind.STARTUP);
    return startup == null || startup.isGood();
  }

  /** Whether it is started, and the readiness probe succeeds or there is none. */
  public boolean isReady() {
    ProbeState readiness = states.get(ProbeSpec.Kind.READINESS);
    return isStarted() && (readiness == null || readiness.isGood());
  }

  /** The probe for whose sake the container is to be restarted. */
  public Optional<ProbeState> failed() {
    for (ProbeState state : states.values()) {
      if (state.isBad()) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  private boolean isOpen(ProbeSpec.Kind kind) {
    return kind == ProbeSpec.Kind.STARTUP || isStarted();
  }
}
