package dev.flint.agent.pod.run;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.ProbeSpec;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.PodInstances;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A pod that is brought up and down, and instances that only say what was asked of them. */
abstract class PodHarness {
  static final HostFacts HOST = new HostFacts("edge", "", 1, 1 << 20);
  static final String TWO = "containers: [{name: a, image: i}, {name: b, image: i}]";
  static final String ONE = "containers: [{name: a, image: i}]";

  final FakeInstances instances = new FakeInstances();
  final List<Consumer<String>> probes = new ArrayList<>();
  final Map<String, PodFailure> kept = new HashMap<>();
  String missing = "";

  private final PodParts.Failures failures =
      new PodParts.Failures() {
        @Override
        public Optional<PodFailure> find(String uid) {
          return Optional.ofNullable(kept.get(uid));
        }

        @Override
        public void keep(String uid, PodFailure failure) {
          kept.put(uid, failure);
        }
      };

  PodRunner runner(PodSpec pod) {
    PodParts.Probes prober =
        (InstanceSpec spec, ProbeSpec probe, Consumer<Optional<String>> result) ->
            probes.add(text -> result.accept(Optional.of(text)));
    return new PodRunner(
        pod,
        new PodParts(
            instances,
            (now, container) -> {
              if (!missing.isEmpty()) {
                throw new FlintException(ErrorCode.NOT_FOUND, missing);
              }
              return new PodInstances(now, ConfigObjects.NONE, HOST).one(container, Map.of());
            },
            prober,
            failures,
            Backoff.Rule.RESTARTS,
            Backoff.Rule.IMAGES));
  }

  String advance(PodRunner runner, long now) {
    runner.advance(now);
    return instances.asked();
  }

  static String said(PodRunner runner) {
    PodStatus status = runner.status();
    return status.phase().word() + " " + status.reason() + (status.ready() ? "ready" : "");
  }

  void bringUp(PodRunner runner, String name) {
    runner.advance(0);
    instances.step(name, ContainerInstance.Step.CREATED);
    runner.advance(0);
    instances.run(name);
    runner.advance(0);
    instances.asked();
  }
}
