package dev.flint.agent.kube.testing;

import java.util.Comparator;

/**
 * Names one object.
 *
 * @param namespace empty for what is in none
 */
record ObjectKey(Resource resource, String namespace, String name)
    implements Comparable<ObjectKey> {
  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::resource)
          .thenComparing(ObjectKey::namespace)
          .thenComparing(ObjectKey::name);

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }
}
