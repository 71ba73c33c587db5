package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;
import java.util.List;
import java.util.Optional;

/** The members of a pod's {@code spec} that one device cannot give, or that mean nothing to it. */
final class ClusterFields {
  private static final List<String> USUAL_DNS = List.of("", "ClusterFirst", "Default");

  private ClusterFields() {}

  static void check(Fields spec, PodOrigin origin) throws FlintException {
    spec.unsupported("hostPID", "hostIPC", "shareProcessNamespace");
    spec.unsupported("readinessGates", "resourceClaims", "resources");
    Optional<Fields> os = spec.object("os");
    if (os.isPresent() && !os.get().text("name", "linux").equals("linux")) {
      throw os.get().bad("name", "must be linux");
    }
    spec.silent("serviceAccount", "automountServiceAccountToken", "enableServiceLinks");
    spec.silent("schedulerName", "preemptionPolicy", "nodeName", "tolerations");
    if (origin == PodOrigin.API) {
      ofServer(spec);
    }
    spec.unsupported("ephemeralContainers", "overhead", "schedulingGates");
    spec.ignored("nodeSelector", "affinity", "topologySpreadConstraints", "priority");
    spec.ignored("priorityClassName", "dnsPolicy", "dnsConfig", "subdomain");
    spec.ignored("setHostnameAsFQDN", "hostnameOverride");
  }

  /** What has had its effect when the server has chosen this node. */
  private static void ofServer(Fields spec) throws FlintException {
    spec.silent("nodeSelector", "affinity", "topologySpreadConstraints", "priority");
    spec.silent("priorityClassName", "overhead", "schedulingGates", "schedulingGroup");
    spec.silent("workloadRef");
    if (USUAL_DNS.contains(spec.text("dnsPolicy", ""))) {
      spec.silent("dnsPolicy");
    }
    // Read with the other containers.
    spec.silent("ephemeralContainers");
  }
}
