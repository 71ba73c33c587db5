package dev.flint.agent.kube.testing;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** The objects, as a test changes and sees them: its kubectl, past HTTP and rights. Thread-safe. */
public final class Cluster {
  private final ObjectStore store;
  private final ObjectWrites writes;
  private final Deletion deletion;
  private final Admission admission;
  private final Lists lists;

  Cluster(
      ObjectStore store, ObjectWrites writes, Deletion deletion, Admission admission, Lists lists) {
    this.store = store;
    this.writes = writes;
    this.deletion = deletion;
    this.admission = admission;
    this.lists = lists;
  }

  /**
   * Makes objects, as {@code kubectl create -f}; those without a namespace in {@code default}.
   *
   * @return the last of them, as stored
   */
  public JsonObject create(String yaml) throws FlintException {
    JsonObject last = JsonObject.empty();
    for (JsonObject object : YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "objects")) {
      last = create(object);
    }
    return last;
  }

  /** Makes one object. */
  public JsonObject create(JsonObject object) throws FlintException {
    return created(object).full().object();
  }

  /** Makes one object that may be larger than what can be read here. */
  public void createLarge(JsonObject object) throws FlintException {
    created(object);
  }

  private Stored created(JsonObject object) throws FlintException {
    Tree tree = Tree.of(object);
    Resource resource =
        Resource.ofKind(object.requiredString("apiVersion"), object.requiredString("kind"))
            .orElseThrow(() -> new AssertionError("no such kind: " + object));
    String namespace =
        resource.namespaced() ? tree.text("metadata", "namespace").orElse("default") : "";
    ObjectKey key = new ObjectKey(resource, namespace, "");
    return stored(
        () -> {
          admission.admit(key, tree, User.ANYBODY);
          return writes.create(key, tree);
        });
  }

  /** An object, if it is there. */
  public Optional<JsonObject> find(Resource resource, String namespace, String name) {
    return store.find(new ObjectKey(resource, namespace, name)).map(s -> s.full().object());
  }

  /** An object, which must be there. */
  public JsonObject get(Resource resource, String namespace, String name) {
    return find(resource, namespace, name)
        .orElseThrow(() -> new AssertionError("no " + resource + " " + namespace + "/" + name));
  }

  /** All of a kind. */
  public List<JsonObject> all(Resource resource) {
    return store.all(resource, stored -> true).stream().map(s -> s.full().object()).toList();
  }

  /**
   * Changes an object by a strategic merge patch.
   *
   * @param patch as YAML or JSON
   */
  public JsonObject patch(Resource resource, String namespace, String name, String patch)
      throws FlintException {
    return patch(resource, namespace, name, patch, ObjectWrites.Part.MAIN);
  }

  /** Changes the status of an object by a strategic merge patch. */
  public JsonObject patchStatus(Resource resource, String namespace, String name, String patch)
      throws FlintException {
    return patch(resource, namespace, name, patch, ObjectWrites.Part.STATUS);
  }

  /** Adds containers to a pod, as {@code kubectl debug} does. */
  public JsonObject patchEphemeral(String namespace, String name, String patch)
      throws FlintException {
    return patch(Resource.PODS, namespace, name, patch, ObjectWrites.Part.EPHEMERAL);
  }

  private JsonObject patch(
      Resource resource, String namespace, String name, String patch, ObjectWrites.Part part)
      throws FlintException {
    Tree tree = Tree.of(YamlReader.read(patch.getBytes(StandardCharsets.UTF_8), "patch").get(0));
    return done(() -> writes.patch(new ObjectKey(resource, namespace, name), tree, true, part));
  }

  /** Deletes as {@code kubectl delete}: pods on a node are only marked. */
  public void delete(Resource resource, String namespace, String name) {
    delete(resource, namespace, name, OptionalLong.empty());
  }

  /**
   * Deletes.
   *
   * @param grace seconds; 0 to remove at once
   */
  public void delete(Resource resource, String namespace, String name, OptionalLong grace) {
    stored(
        () ->
            deletion.delete(
                new ObjectKey(resource, namespace, name),
                new DeleteOptions(grace, Optional.empty(), Optional.empty())));
  }

  /** Changes an object so many times, one after the other; each time all watches hear of it. */
  public void flood(Resource resource, String namespace, String name, int times) {
    ObjectKey key = new ObjectKey(resource, namespace, name);
    for (int i = 0; i < times; i++) {
      synchronized (store) {
        Tree object = store.find(key).orElseThrow().edit();
        object.make("metadata").make("annotations").set("flood", i);
        store.put(key, object);
      }
    }
  }

  /** The version of the last change. */
  public long version() {
    return store.version();
  }

  /** Forgets the history and how lists go on: who is behind is told 410. */
  public void compact() {
    lists.compact();
    store.compact();
  }

  /** Goes back to an older version, as a server restored from a backup; objects stay. */
  public void rewind(long version) {
    store.rewind(version);
  }

  /** Waits until an object is there and like this. */
  public JsonObject await(
      Resource resource,
      String namespace,
      String name,
      Predicate<JsonObject> wanted,
      Duration atMost)
      throws InterruptedException {
    ObjectKey key = new ObjectKey(resource, namespace, name);
    Predicate<Optional<Stored>> isWanted =
        found -> found.isPresent() && wanted.test(found.get().full().object());
    return await(key, isWanted, atMost).orElseThrow().full().object();
  }

  /** Waits until an object is not there. */
  public void awaitGone(Resource resource, String namespace, String name, Duration atMost)
      throws InterruptedException {
    await(new ObjectKey(resource, namespace, name), Optional::isEmpty, atMost);
  }

  private Optional<Stored> await(ObjectKey key, Predicate<Optional<Stored>> wanted, Duration atMost)
      throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (store) {
      while (true) {
        Optional<Stored> found = store.find(key);
        if (wanted.test(found)) {
          return found;
        }
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError(
              key + " is not as wanted after " + atMost + ": " + found.map(Stored::tree));
        }
        store.wait(left / 1_000_000 + 1);
      }
    }
  }

  private interface Write {
    Stored write() throws Refusal;
  }

  private static JsonObject done(Write write) {
    return stored(write).full().object();
  }

  private static Stored stored(Write write) {
    try {
      return write.write();
    } catch (Refusal e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
