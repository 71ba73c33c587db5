package dev.flint.agent.pod;

/**
 * What a pod, ConfigMap or Secret is called. Its parts have no letters that mean something to a
 * file system, so it is safe in a path.
 *
 * @param namespace a DNS label
 * @param name a DNS subdomain
 */
public record ObjectName(String namespace, String name) {
  /** The namespace of whatever names none. */
  public static final String DEFAULT_NAMESPACE = "default";

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if it is another
   */
  public ObjectName {
    if (!DnsName.isLabel(namespace) || !DnsName.isSubdomain(name)) {
      throw new IllegalArgumentException("not a name: " + namespace + "/" + name);
    }
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
