package dev.flint.agent.kube.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** What the server adds to new objects before it stores them. */
final class Admission {
  private final ObjectWrites writes;
  private final ObjectStore store;
  private final MirrorAdmission mirrors;
  private final boolean defaults;

  /**
   * @param defaults whether pods get the defaults that a real server gives them
   */
  Admission(ObjectStore store, ObjectWrites writes, boolean defaults) {
    this.store = store;
    this.writes = writes;
    this.mirrors = new MirrorAdmission(store);
    this.defaults = defaults;
  }

  void admit(ObjectKey key, Tree object, User user) throws Refusal {
    switch (key.resource()) {
      case PODS -> {
        mirrors.check(key, object, user);
        object.set("status", new Tree().set("phase", "Pending"));
        if (defaults && !MirrorAdmission.isMirror(object)) {
          namespace(key.namespace());
          new PodDefaults(object).apply();
        }
      }
      case CERTIFICATE_REQUESTS -> {
        object.set("status", new Tree());
        object.make("spec").set("username", user.name()).setTexts("groups", user.groups());
      }
      case SERVICES -> object.set("status", new Tree().set("loadBalancer", new Tree()));
      case SECRETS -> encode(object);
      default -> {}
    }
  }

  /** What is written as text is read back as bytes. */
  private static void encode(Tree secret) {
    Tree text = secret.make("stringData");
    for (String key : text.members().keySet()) {
      byte[] bytes = text.text(key).orElse("").getBytes(StandardCharsets.UTF_8);
      secret.make("data").set(key, Base64.getEncoder().encodeToString(bytes));
    }
    secret.remove("stringData");
  }

  /** What controllers make in each namespace. */
  private void namespace(String namespace) throws Refusal {
    make(Resource.SERVICEACCOUNTS, namespace, "default", new Tree());
    make(
        Resource.CONFIGMAPS,
        namespace,
        "kube-root-ca.crt",
        new Tree().set("data", new Tree().set("ca.crt", "no certificate, but for tests\n")));
  }

  private void make(Resource resource, String namespace, String name, Tree object) throws Refusal {
    synchronized (store) {
      if (store.find(new ObjectKey(resource, namespace, name)).isEmpty()) {
        object.make("metadata").set("name", name);
        writes.create(new ObjectKey(resource, namespace, ""), object);
      }
    }
  }

  static List<Tree> containers(Tree spec) {
    List<Tree> all = new ArrayList<>(spec.children("initContainers"));
    all.addAll(spec.children("containers"));
    return all;
  }
}
