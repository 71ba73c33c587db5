package dev.flint.agent.kube.testing;

import java.util.List;

/**
 * Which pods a node may make, as the admission plugins NodeRestriction and ServiceAccount say it:
 * mirrors of its own static pods, that name no other objects.
 */
final class MirrorAdmission {
  private static final String MIRROR = "kubernetes.io/config.mirror";
  private static final String NODE = "system:node:";
  private static final List<String> REFERENCES =
      List.of("\"secretRef\"", "\"secretKeyRef\"", "\"configMapRef\"", "\"configMapKeyRef\"");

  private final ObjectStore store;

  MirrorAdmission(ObjectStore store) {
    this.store = store;
  }

  static boolean isMirror(Tree pod) {
    return pod.text("metadata", "annotations", MIRROR).isPresent();
  }

  void check(ObjectKey key, Tree pod, User user) throws Refusal {
    if (isMirror(pod)) {
      String spec = pod.make("spec").toString();
      require(key, pod.text("spec", "serviceAccountName").isEmpty(), "service accounts");
      require(key, REFERENCES.stream().noneMatch(spec::contains), "secrets or configmaps");
      require(key, !spec.contains("\"volumes\""), "volumes of objects");
    }
    if (user.name().startsWith(NODE)) {
      String node = user.name().substring(NODE.length());
      require(key, isMirror(pod), "anything, as it is no mirror");
      require(key, pod.text("spec", "nodeName").orElse("").equals(node), "another node");
      List<Tree> owners = pod.make("metadata").children("ownerReferences");
      String uid =
          store.get(new ObjectKey(Resource.NODES, "", node)).full().text("metadata", "uid").get();
      boolean owned =
          owners.size() == 1
              && owners.get(0).text("apiVersion").orElse("").equals("v1")
              && owners.get(0).text("kind").orElse("").equals("Node")
              && owners.get(0).text("name").orElse("").equals(node)
              && owners.get(0).text("uid").orElse("").equals(uid)
              && owners.get(0).text("controller").orElse("").equals("true")
              && !owners.get(0).text("blockOwnerDeletion").orElse("").equals("true");
      require(key, owned, "owners but itself");
    }
  }

  private static void require(ObjectKey key, boolean right, String what) throws Refusal {
    if (!right) {
      throw Refusal.of(
          403, "Forbidden", "pods \"" + key.name() + "\" is forbidden: may not reference " + what);
    }
  }
}
