package dev.flint.agent.pod;

import dev.flint.agent.instance.Interaction;
import dev.flint.agent.instance.Security;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the containers of one pod (core/v1 Container). */
final class ContainerParser {
  private static final int MAX_IMAGE = 1024;

  private final List<VolumeSpec> volumes;
  private final Map<String, String> annotations;
  private final Security security;

  /**
   * @param security of the pod
   */
  ContainerParser(List<VolumeSpec> volumes, Map<String, String> annotations, Security security) {
    this.volumes = volumes;
    this.annotations = annotations;
    this.security = security;
  }

  ContainerSpec parse(Fields fields, boolean init) throws FlintException {
    String name = fields.required("name");
    if (!DnsName.isLabel(name)) {
      throw fields.bad("name", DnsName.LABEL_RULE);
    }
    String image = image(fields);
    fields.unsupported("lifecycle", "volumeDevices", "restartPolicyRules");
    boolean sidecar = init && isSidecar(fields);
    fields.unsupported("restartPolicy");
    if (init && !sidecar) {
      fields.unsupported("startupProbe", "livenessProbe", "readinessProbe");
    }
    // What is resized goes on as it is.
    fields.silent("resizePolicy");
    List<PortSpec> ports = PortParser.parse(fields);
    ProbeParser probes =
        new ProbeParser(ports, annotations.getOrDefault(PodSpec.PROBE_SEND + name, ""));
    ContainerSpec container =
        new ContainerSpec(
            name,
            sidecar,
            image,
            pull(fields, image),
            fields.texts("command"),
            fields.texts("args"),
            workingDir(fields),
            EnvParser.from(fields),
            EnvParser.entries(fields),
            ResourceParser.parse(fields),
            SecurityParser.container(fields, security),
            LastWords.parse(fields),
            new Interaction(fields.flag("stdin"), fields.flag("stdinOnce"), fields.flag("tty")),
            ports,
            mounts(fields),
            probe(fields, probes, "startupProbe", ProbeSpec.Kind.STARTUP),
            probe(fields, probes, "livenessProbe", ProbeSpec.Kind.LIVENESS),
            probe(fields, probes, "readinessProbe", ProbeSpec.Kind.READINESS));
    fields.end();
    return container;
  }

  /** A restart policy of its own makes an init container a sidecar. */
  private static boolean isSidecar(Fields fields) throws FlintException {
    String policy = fields.text("restartPolicy", "");
    if (!policy.isEmpty() && !policy.equals("Always")) {
      throw fields.bad("restartPolicy", "must be Always, of an init container that runs on");
    }
    return !policy.isEmpty();
  }

  private static @Nullable ProbeSpec probe(
      Fields fields, ProbeParser probes, String member, ProbeSpec.Kind kind) throws FlintException {
    Fields probe = fields.object(member).orElse(null);
    return probe == null ? null : probes.parse(probe, kind);
  }

  private static String image(Fields fields) throws FlintException {
    String image = fields.required("image");
    for (int i = 0; i < image.length(); i++) {
      if (image.charAt(i) <= ' ' || image.charAt(i) > '~') {
        throw fields.bad("image", "must be an image reference");
      }
    }
    if (image.length() > MAX_IMAGE || image.startsWith("-")) {
      throw fields.bad("image", "must be an image reference");
    }
    return image;
  }

  private static PullPolicy pull(Fields fields, String image) throws FlintException {
    return switch (fields.text("imagePullPolicy", "")) {
      case "" -> PullPolicy.usual(image);
      case "Always" -> PullPolicy.ALWAYS;
      case "IfNotPresent" -> PullPolicy.IF_NOT_PRESENT;
      case "Never" -> PullPolicy.NEVER;
      default -> throw fields.bad("imagePullPolicy", "must be Always, IfNotPresent or Never");
    };
  }

  private static String workingDir(Fields fields) throws FlintException {
    String folder = fields.text("workingDir", "");
    if (!folder.isEmpty() && !folder.startsWith("/")) {
      throw fields.bad("workingDir", "must be an absolute path");
    }
    return folder;
  }

  private List<VolumeMount> mounts(Fields container) throws FlintException {
    List<VolumeMount> out = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (Fields fields : container.list("volumeMounts")) {
      String name = fields.required("name");
      if (!isVolume(name)) {
        throw fields.bad("name", "no volume of the pod has this name");
      }
      String path = PathRules.absolute(fields, "mountPath");
      if (!paths.add(path)) {
        throw fields.bad("mountPath", "another mount of the container has it");
      }
      String subPath = fields.text("subPath", "");
      if (!subPath.isEmpty() && !PathRules.isInside(subPath)) {
        throw fields.bad("subPath", PathRules.INSIDE_RULE);
      }
      fields.unsupported("subPathExpr");
      notOtherThan(fields, "mountPropagation", "None");
      notOtherThan(fields, "recursiveReadOnly", "Disabled");
      out.add(new VolumeMount(name, path, subPath, fields.flag("readOnly")));
      fields.end();
    }
    return out;
  }

  private static void notOtherThan(Fields fields, String member, String usual)
      throws FlintException {
    if (!fields.text(member, usual).equals(usual)) {
      throw fields.bad(member, "only " + usual + " is supported");
    }
  }

  private boolean isVolume(String name) {
    for (VolumeSpec volume : volumes) {
      if (volume.name().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
