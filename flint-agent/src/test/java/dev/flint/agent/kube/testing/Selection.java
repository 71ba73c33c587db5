package dev.flint.agent.kube.testing;

import java.util.function.Predicate;

/**
 * What a list or a watch is about.
 *
 * @param namespace empty for all
 */
record Selection(Resource resource, String namespace, Selector fields, Selector labels)
    implements Predicate<Stored> {
  @Override
  public boolean test(Stored stored) {
    return stored.key().resource() == resource
        && (namespace.isEmpty() || namespace.equals(stored.key().namespace()))
        && fields.testFields(stored.tree())
        && labels.testLabels(stored.tree());
  }
}
