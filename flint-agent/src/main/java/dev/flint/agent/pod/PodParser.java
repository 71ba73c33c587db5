package dev.flint.agent.pod;

import dev.flint.agent.instance.RestartRule;
import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a Pod document (Kubernetes API, core/v1 Pod). A field that would change what runs, and that
 * cannot be had here, is refused; one that means nothing on one device gives a warning; one that
 * Kubernetes does not know is refused, as it may be a misspelt one.
 */
public final class PodParser {
  private static final int MAX_CONTAINERS = 100;
  private static final int MAX_VOLUMES = 200;
  private static final int DEFAULT_GRACE = 30;

  private PodParser() {}

  /**
   * Reads and checks it.
   *
   * @throws FlintException PROTOCOL or UNSUPPORTED, with the field's path as kubectl prints it
   */
  public static PodSpec parse(JsonObject document) throws FlintException {
    Fields top = new Fields(document, new Subject("pod"));
    Fields metadata = top.requiredObject("metadata");
    ObjectName name = Metadata.name(metadata);
    Subject subject = new Subject("pod " + name.name());
    return parse(new Fields(document, subject), name, subject, document);
  }

  private static PodSpec parse(Fields top, ObjectName name, Subject subject, JsonObject document)
      throws FlintException {
    top.silent("apiVersion", "kind", "status");
    Fields metadata = top.requiredObject("metadata");
    Metadata.name(metadata);
    Map<String, String> labels = metadata.map("labels");
    Map<String, String> annotations = metadata.map("annotations");
    Metadata.end(metadata);
    Fields spec = top.requiredObject("spec");
    top.end();

    refuseWhatCannotBeHad(spec);
    RestartRule.When restart = restart(spec);
    int grace = spec.number("terminationGracePeriodSeconds", DEFAULT_GRACE, 0, 7 * 24 * 60 * 60);
    boolean hostNetwork = spec.flag("hostNetwork");
    List<VolumeSpec> volumes = volumes(spec);
    ContainerParser parser = new ContainerParser(volumes, annotations);
    Set<String> names = new HashSet<>();
    List<ContainerSpec> init = containers(spec, "initContainers", true, parser, names);
    List<ContainerSpec> mains = containers(spec, "containers", false, parser, names);
    if (mains.isEmpty()) {
      throw spec.bad("containers", "required");
    }
    spec.end();
    JsonObject kept = document.without("status");
    return new PodSpec(
        name,
        labels,
        annotations,
        init,
        mains,
        restart,
        Duration.ofSeconds(grace),
        hostNetwork,
        volumes,
        UpdateWindow.of(metadata, annotations, restart, mains),
        kept,
        Digest.sha256(kept.bytes()),
        subject.warnings());
  }

  private static List<ContainerSpec> containers(
      Fields spec, String member, boolean init, ContainerParser parser, Set<String> names)
      throws FlintException {
    List<ContainerSpec> out = new ArrayList<>();
    for (Fields fields : spec.list(member)) {
      ContainerSpec container = parser.parse(fields, init);
      if (!names.add(container.name())) {
        throw fields.bad("name", "another container of the pod has it");
      }
      if (names.size() > MAX_CONTAINERS) {
        throw spec.bad(member, "more than " + MAX_CONTAINERS);
      }
      out.add(container);
    }
    return out;
  }

  private static List<VolumeSpec> volumes(Fields spec) throws FlintException {
    List<VolumeSpec> out = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Fields fields : spec.list("volumes")) {
      VolumeSpec volume = VolumeParser.parse(fields);
      if (!names.add(volume.name())) {
        throw fields.bad("name", "another volume of the pod has it");
      }
      if (names.size() > MAX_VOLUMES) {
        throw spec.bad("volumes", "more than " + MAX_VOLUMES);
      }
      out.add(volume);
    }
    return out;
  }

  private static RestartRule.When restart(Fields spec) throws FlintException {
    return switch (spec.text("restartPolicy", "Always")) {
      case "Always" -> RestartRule.When.ALWAYS;
      case "OnFailure" -> RestartRule.When.ON_FAILURE;
      case "Never" -> RestartRule.When.NEVER;
      default -> throw spec.bad("restartPolicy", "must be Always, OnFailure or Never");
    };
  }

  private static void refuseWhatCannotBeHad(Fields spec) throws FlintException {
    spec.unsupported("hostPID", "hostIPC", "shareProcessNamespace", "activeDeadlineSeconds");
    spec.unsupported("ephemeralContainers", "readinessGates", "resourceClaims", "hostAliases");
    spec.unsupported("runtimeClassName", "overhead", "resources", "schedulingGates");
    String account = spec.text("serviceAccountName", "");
    if (!account.isEmpty() && !account.equals("default")) {
      throw spec.bad("serviceAccountName", "not supported: there is no API server here");
    }
    Optional<Fields> os = spec.object("os");
    if (os.isPresent() && !os.get().text("name", "linux").equals("linux")) {
      throw os.get().bad("name", "must be linux");
    }
    SecurityParser.check(spec);
    spec.silent("serviceAccount", "automountServiceAccountToken", "enableServiceLinks");
    spec.silent("schedulerName", "preemptionPolicy", "nodeName", "tolerations");
    spec.ignored("nodeSelector", "affinity", "topologySpreadConstraints", "priority");
    spec.ignored("priorityClassName", "dnsPolicy", "dnsConfig", "hostname", "subdomain");
    spec.ignored("setHostnameAsFQDN", "imagePullSecrets", "hostUsers", "hostnameOverride");
  }
}
