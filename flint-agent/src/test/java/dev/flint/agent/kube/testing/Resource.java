package dev.flint.agent.kube.testing;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of objects that the server keeps. */
public enum Resource {
  NODES("", "nodes", "Node", false),
  PODS("", "pods", "Pod", true),
  NAMESPACES("", "namespaces", "Namespace", false),
  CONFIGMAPS("", "configmaps", "ConfigMap", true),
  SECRETS("", "secrets", "Secret", true),
  SERVICES("", "services", "Service", true),
  EVENTS("", "events", "Event", true),
  SERVICEACCOUNTS("", "serviceaccounts", "ServiceAccount", true),
  LEASES("coordination.k8s.io", "leases", "Lease", true),
  RUNTIMECLASSES("node.k8s.io", "runtimeclasses", "RuntimeClass", false),
  CERTIFICATE_REQUESTS(
      "certificates.k8s.io", "certificatesigningrequests", "CertificateSigningRequest", false);

  private final String group;
  private final String plural;
  private final String kind;
  private final boolean namespaced;

  Resource(String group, String plural, String kind, boolean namespaced) {
    this.group = group;
    this.plural = plural;
    this.kind = kind;
    this.namespaced = namespaced;
  }

  /** The API group; empty for the core. */
  public String group() {
    return group;
  }

  /** Its name in paths, for example {@code pods}. */
  public String plural() {
    return plural;
  }

  /** Its name in documents, for example {@code Pod}. */
  public String kind() {
    return kind;
  }

  boolean namespaced() {
    return namespaced;
  }

  String apiVersion() {
    return group.isEmpty() ? "v1" : group + "/v1";
  }

  /** Its name in messages, for example {@code leases.coordination.k8s.io}. */
  String qualified() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** Whether the status is a subresource, which the object itself cannot change. */
  boolean hasStatus() {
    return this == NODES
        || this == PODS
        || this == SERVICES
        || this == NAMESPACES
        || this == CERTIFICATE_REQUESTS;
  }

  static Optional<Resource> of(String group, String plural) {
    return Arrays.stream(values())
        .filter(resource -> resource.group.equals(group) && resource.plural.equals(plural))
        .findFirst();
  }

  static Optional<Resource> ofKind(String apiVersion, String kind) {
    return Arrays.stream(values())
        .filter(resource -> resource.apiVersion().equals(apiVersion) && resource.kind.equals(kind))
        .findFirst();
  }
}
