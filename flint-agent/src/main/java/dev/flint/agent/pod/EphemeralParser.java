package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the containers by which a pod is looked into (core/v1 EphemeralContainer). The pod runs by
 * now and goes on whatever they ask for, so one that cannot be had is kept with the reason, and
 * only it is not run.
 */
final class EphemeralParser {
  private static final String LIST = "ephemeralContainers";

  private final ContainerParser parser;
  private final Subject subject;

  /**
   * @param parser of the pod's containers
   */
  EphemeralParser(ContainerParser parser, Subject subject) {
    this.parser = parser;
    this.subject = subject;
  }

  /**
   * Reads them.
   *
   * @param names of the pod's other containers
   * @param most how many there may be
   */
  List<EphemeralSpec> parse(Fields spec, Set<String> names, int most) throws FlintException {
    List<EphemeralSpec> out = new ArrayList<>();
    Set<String> taken = new HashSet<>(names);
    for (Fields fields : spec.list(LIST)) {
      try {
        ContainerSpec named = named(fields);
        if (out.size() >= most) {
          throw spec.bad(LIST, "only the first " + most + " are regarded");
        }
        if (!taken.add(named.name())) {
          throw fields.bad("name", "another container of the pod has it");
        }
        out.add(parse(fields, named, names));
      } catch (FlintException e) {
        // Nothing can be said of what has no name of its own.
        subject.warn(String.valueOf(e.getMessage()));
      }
    }
    return out;
  }

  private ContainerSpec named(Fields fields) throws FlintException {
    JsonObject name =
        JsonObject.empty()
            .with("name", fields.required("name"))
            .with("image", fields.required("image"));
    return parser.parse(new Fields(name, subject), false);
  }

  private EphemeralSpec parse(Fields fields, ContainerSpec named, Set<String> others) {
    try {
      String target = fields.text("targetContainerName", "");
      if (!target.isEmpty() && !others.contains(target)) {
        throw fields.bad("targetContainerName", "the pod has no such container");
      }
      fields.unsupported("ports", "startupProbe", "livenessProbe", "readinessProbe", "resources");
      ContainerSpec container = parser.parse(fields, false);
      check(fields, container);
      return new EphemeralSpec(container, target, "");
    } catch (FlintException e) {
      return new EphemeralSpec(named, "", String.valueOf(e.getMessage()));
    }
  }

  private static void check(Fields fields, ContainerSpec container) throws FlintException {
    for (VolumeMount mount : container.mounts()) {
      if (!mount.subPath().isEmpty()) {
        throw fields.bad("volumeMounts", "subPath is not for ephemeral containers");
      }
    }
    boolean named = !container.envFrom().isEmpty();
    for (EnvEntry entry : container.env()) {
      named |= entry.source() instanceof EnvEntry.Key;
    }
    if (named) {
      // What a pod names is asked for before it is run.
      throw fields.bad("env", "what is in ConfigMaps and Secrets is not for ephemeral containers");
    }
  }
}
