package dev.flint.agent.kube.testing;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Making and changing objects: what the server sets itself, and what it lets others change. */
final class ObjectWrites {
  /** Which part of an object a request changes. */
  enum Part {
    MAIN,
    STATUS,
    APPROVAL,
    EPHEMERAL
  }

  private static final List<String> OWN_METADATA =
      List.of(
          "uid",
          "creationTimestamp",
          "generation",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "resourceVersion");

  private final ObjectStore store;
  private final Clock clock;

  ObjectWrites(ObjectStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Stores a new object.
   *
   * @param key without a name if the server shall make one up
   */
  Stored create(ObjectKey key, Tree object) throws Refusal {
    Tree made = object.copy().withoutNulls();
    Tree metadata = made.make("metadata");
    ObjectKey named = named(key, metadata);
    metadata.set("name", named.name());
    if (key.resource().namespaced()) {
      metadata.set("namespace", key.namespace());
    }
    OWN_METADATA.forEach(metadata::remove);
    metadata.remove("managedFields");
    metadata.set("uid", UUID.randomUUID().toString());
    metadata.set("creationTimestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    if (key.resource() == Resource.PODS) {
      metadata.set("generation", 1);
    }
    synchronized (store) {
      if (store.find(named).isPresent()) {
        throw Refusal.alreadyExists(named);
      }
      return store.put(named, made);
    }
  }

  private static ObjectKey named(ObjectKey key, Tree metadata) throws Refusal {
    Optional<String> prefix = metadata.text("generateName");
    String name = metadata.text("name").orElse("");
    if (name.isEmpty() && prefix.isPresent()) {
      name = prefix.get() + UUID.randomUUID().toString().substring(0, 5);
    }
    if (name.isEmpty()) {
      throw Refusal.invalid(
          key, "metadata.name", "Required value: name or generateName is required");
    }
    String namespace = metadata.text("namespace").orElse("");
    if (!namespace.isEmpty() && !namespace.equals(key.namespace())) {
      throw Refusal.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    return new ObjectKey(key.resource(), key.namespace(), name);
  }

  /** PUT: the object becomes what was sent. */
  Stored replace(ObjectKey key, Tree object, Part part) throws Refusal {
    synchronized (store) {
      Stored old = store.get(key);
      Optional<String> uid = object.text("metadata", "uid");
      if (uid.isPresent() && !uid.get().equals(old.uid())) {
        throw Refusal.conflict(
            key,
            "Precondition failed: UID in precondition: "
                + uid.get()
                + ", UID in object meta: "
                + old.uid());
      }
      if (key.resource() == Resource.LEASES
          && object.text("metadata", "resourceVersion").isEmpty()) {
        throw Refusal.invalid(
            key, "metadata.resourceVersion", "Invalid value: 0: must be specified for an update");
      }
      return save(old, object.copy().withoutNulls(), part);
    }
  }

  /** PATCH: the object becomes what the patch makes of it. */
  Stored patch(ObjectKey key, Tree patch, boolean strategic, Part part) throws Refusal {
    synchronized (store) {
      Stored old = store.get(key);
      Tree changed = old.edit();
      if (strategic) {
        new StrategicMerge(key.resource()).apply(changed, patch);
      } else {
        JsonMerge.apply(changed, patch);
      }
      return save(old, changed.withoutNulls(), part);
    }
  }

  /** Writes what the server itself has changed. */
  Stored replaceWhole(ObjectKey key, Tree object) {
    return store.put(key, object);
  }

  private Stored save(Stored old, Tree changed, Part part) throws Refusal {
    check(old, changed);
    Tree saved = restricted(old, changed, part);
    if (old.key().resource() == Resource.PODS) {
      if (part != Part.EPHEMERAL) {
        PodChange.check(old, saved);
      }
      if (!saved.child("spec").equals(old.tree().child("spec"))) {
        Tree metadata = saved.make("metadata");
        metadata.set("generation", metadata.number("generation").orElse(0) + 1);
      }
    }
    if (saved.equals(old.tree())) {
      // Nothing is written and nobody hears of it, as with the real one.
      return old;
    }
    Stored stored = store.put(old.key(), saved);
    return Deletion.settled(saved) ? store.remove(stored) : stored;
  }

  private static void check(Stored old, Tree changed) throws Refusal {
    Tree metadata = changed.make("metadata");
    Optional<String> uid = metadata.text("uid");
    if (uid.isPresent() && !uid.get().equals(old.uid())) {
      throw Refusal.invalid(
          old.key(), "metadata.uid", "Invalid value: \"" + uid.get() + "\": field is immutable");
    }
    Optional<String> version = metadata.text("resourceVersion");
    if (version.isPresent() && !version.get().equals(String.valueOf(old.version()))) {
      throw Refusal.modified(old.key());
    }
    String name = metadata.text("name").orElse(old.key().name());
    if (!name.equals(old.key().name())) {
      throw Refusal.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + old.key().name()
              + ")");
    }
  }

  /** What was sent, but for what this request cannot change. */
  private static Tree restricted(Stored old, Tree changed, Part part) {
    Resource resource = old.key().resource();
    Tree result = part == Part.MAIN ? changed : old.edit();
    Tree metadata = result.make("metadata");
    Tree before = old.tree().child("metadata").orElseGet(Tree::new);
    switch (part) {
      case MAIN -> {
        if (resource.hasStatus()) {
          result.takeFrom(old.tree(), "status");
        }
      }
      case STATUS -> {
        result.takeFrom(changed, "status");
        metadata.takeFrom(changed.make("metadata"), "labels");
        metadata.takeFrom(changed.make("metadata"), "annotations");
      }
      case EPHEMERAL -> result.make("spec").takeFrom(changed.make("spec"), "ephemeralContainers");
      case APPROVAL -> result.make("status").takeFrom(changed.make("status"), "conditions");
    }
    OWN_METADATA.forEach(name -> metadata.takeFrom(before, name));
    metadata.takeFrom(before, "name");
    metadata.takeFrom(before, "namespace");
    metadata.remove("managedFields");
    result.remove("kind");
    result.remove("apiVersion");
    return result;
  }
}
