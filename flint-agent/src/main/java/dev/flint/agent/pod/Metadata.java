package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;

/** The metadata of an object (Kubernetes API, ObjectMeta). */
final class Metadata {
  private Metadata() {}

  static ObjectName name(Fields metadata) throws FlintException {
    String name = metadata.required("name");
    if (!DnsName.isSubdomain(name)) {
      throw metadata.bad("name", DnsName.SUBDOMAIN_RULE);
    }
    String namespace = metadata.text("namespace", "");
    if (namespace.isEmpty()) {
      namespace = ObjectName.DEFAULT_NAMESPACE;
    }
    if (!DnsName.isLabel(namespace)) {
      throw metadata.bad("namespace", DnsName.LABEL_RULE);
    }
    return new ObjectName(namespace, name);
  }

  /** What a server adds means nothing here. */
  static void end(Fields metadata) throws FlintException {
    metadata.silent("creationTimestamp", "uid", "resourceVersion", "generation", "managedFields");
    metadata.silent("finalizers", "ownerReferences", "selfLink", "generateName");
    metadata.silent("deletionTimestamp", "deletionGracePeriodSeconds");
    metadata.end();
  }
}
