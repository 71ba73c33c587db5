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

  /** Reads and checks one of a file. */
  public static PodSpec parse(JsonObject document) throws FlintException {
    return parse(document, PodOrigin.FILE);
  }

  /**
   * Reads and checks it.
   *
   * @throws FlintException PROTOCOL or UNSUPPORTED, with the field's path as kubectl prints it
   */
  public static PodSpec parse(JsonObject document, PodOrigin origin) throws FlintException {
    Fields top = new Fields(document, new Subject("pod"));
    Fields metadata = top.requiredObject("metadata");
    ObjectName name = Metadata.name(metadata);
    Subject subject = new Subject("pod " + name.name(), origin == PodOrigin.API);
    return parse(new Fields(document, subject), name, subject, origin.kept(document), origin);
  }

  private static PodSpec parse(
      Fields top, ObjectName name, Subject subject, JsonObject kept, PodOrigin origin)
      throws FlintException {
    top.silent("apiVersion", "kind", "status");
    Fields metadata = top.requiredObject("metadata");
    Metadata.name(metadata);
    Map<String, String> labels = metadata.map("labels");
    Map<String, String> annotations = metadata.map("annotations");
    Digest digest = origin.digest(kept);
    String uid = origin.uid(metadata, name, digest);
    Metadata.end(metadata);
    Fields spec = top.requiredObject("spec");
    top.end();

    ClusterFields.check(spec, origin);
    PodSecurity security = SecurityParser.pod(spec);
    PodAccess access = PodAccess.parse(spec, origin);
    BackendChoice backend = BackendChoice.parse(spec, metadata, annotations, origin);
    RestartRule.When restart = restart(spec);
    int grace = spec.number("terminationGracePeriodSeconds", DEFAULT_GRACE, 0, 7 * 24 * 60 * 60);
    int deadline = spec.number("activeDeadlineSeconds", 0, 1, Integer.MAX_VALUE);
    boolean hostNetwork = spec.flag("hostNetwork");
    String network = annotations.getOrDefault(PodSpec.NETWORK, "");
    String hostName = HostName.parse(spec, name, hostNetwork, network);
    List<String> hostAliases = HostAliases.parse(spec);
    List<VolumeSpec> volumes = volumes(spec, origin);
    ContainerParser parser = new ContainerParser(volumes, annotations, security.usual());
    Set<String> names = new HashSet<>();
    List<ContainerSpec> init = containers(spec, "initContainers", true, parser, names);
    List<ContainerSpec> mains = containers(spec, "containers", false, parser, names);
    if (mains.isEmpty()) {
      throw spec.bad("containers", "required");
    }
    List<EphemeralSpec> ephemeral =
        origin == PodOrigin.API
            ? new EphemeralParser(parser, subject).parse(spec, names, MAX_CONTAINERS - names.size())
            : List.of();
    spec.end();
    return new PodSpec(
        name,
        labels,
        annotations,
        init,
        mains,
        ephemeral,
        restart,
        Duration.ofSeconds(grace),
        Duration.ofSeconds(deadline),
        hostNetwork,
        hostName,
        hostAliases,
        volumes,
        security,
        access,
        backend,
        origin == PodOrigin.API
            ? Duration.ZERO
            : UpdateWindow.of(metadata, annotations, restart, mains),
        origin,
        uid,
        kept,
        digest,
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

  private static List<VolumeSpec> volumes(Fields spec, PodOrigin origin) throws FlintException {
    List<VolumeSpec> out = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Fields fields : spec.list("volumes")) {
      VolumeSpec volume = VolumeParser.parse(fields, origin);
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
}
