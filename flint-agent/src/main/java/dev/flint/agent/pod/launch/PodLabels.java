package dev.flint.agent.pod.launch;

import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.oci.Digest;
import java.util.Map;

/** Labels by which an instance is known as a container of a pod; the names are the kubelet's. */
public final class PodLabels {
  /** The pod's namespace. */
  public static final String NAMESPACE = "io.kubernetes.pod.namespace";

  /** The pod's name. */
  public static final String POD = "io.kubernetes.pod.name";

  /** The container's name in the pod. */
  public static final String CONTAINER = "io.kubernetes.container.name";

  /** The pod's uid. */
  public static final String UID = "io.kubernetes.pod.uid";

  /** The digest of the pod's document. */
  public static final String DIGEST = "dev.flint.pod.digest";

  /** The backend that the pod asks for, if it does. */
  public static final String BACKEND = "dev.flint.pod.backend";

  /** The field that does. */
  public static final String BACKEND_FIELD = "dev.flint.pod.backend-field";

  private PodLabels() {}

  /**
   * Whether an instance is of a pod of a file.
   *
   * @param name the pod that it is of
   */
  public static boolean isOfFile(ObjectName name, Map<String, String> labels) {
    try {
      Digest digest = Digest.parse(labels.getOrDefault(DIGEST, ""));
      return PodOrigin.uidOfFile(name, digest).equals(labels.get(UID));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
