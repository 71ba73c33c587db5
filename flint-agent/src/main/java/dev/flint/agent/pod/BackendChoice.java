package dev.flint.agent.pod;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.List;
import java.util.Map;

/**
 * What is to run a pod's images, where that is not left to them. An image is made for one backend,
 * so this keeps others from being run; it cannot make one run elsewhere.
 *
 * @param backend as image configs name it, or empty if any will do
 * @param field that says so
 */
public record BackendChoice(String backend, String field) {
  private static final String RUNTIME_CLASS = "runtimeClassName";

  /** Before the name of a backend, the name of a RuntimeClass. */
  private static final String CLASS_PREFIX = "flint-";

  private static final List<String> BACKENDS = List.of("containerd", "osv", "raw-vm");

  static BackendChoice parse(
      Fields spec, Fields metadata, Map<String, String> annotations, PodOrigin origin)
      throws FlintException {
    String wished = annotations.getOrDefault(PodSpec.BACKEND, "");
    String member = "annotations[" + PodSpec.BACKEND + "]";
    if (!wished.isEmpty() && !BACKENDS.contains(wished)) {
      throw metadata.bad(member, "must be one of " + String.join(", ", BACKENDS));
    }
    if (origin == PodOrigin.FILE) {
      spec.unsupported(RUNTIME_CLASS);
      return new BackendChoice(wished, "metadata." + member);
    }
    String name = spec.text(RUNTIME_CLASS, "");
    if (name.isEmpty()) {
      return new BackendChoice(wished, "metadata." + member);
    }
    String backend =
        name.startsWith(CLASS_PREFIX) ? name.substring(CLASS_PREFIX.length()) : "no backend";
    if (!BACKENDS.contains(backend)) {
      throw spec.bad(
          RUNTIME_CLASS,
          "there is flint-containerd, flint-osv and flint-raw-vm on this node, not \""
              + name
              + "\"");
    }
    if (!wished.isEmpty() && !wished.equals(backend)) {
      throw spec.bad(RUNTIME_CLASS, "the annotation " + PodSpec.BACKEND + " says " + wished);
    }
    return new BackendChoice(backend, "spec." + RUNTIME_CLASS);
  }

  /**
   * Checks an image.
   *
   * @param image as it is called
   * @param of the backend that it is for
   * @throws FlintException UNSUPPORTED if that is another
   */
  public void require(String image, String of) throws FlintException {
    if (!backend.isEmpty() && !backend.equals(of)) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          field + ": image " + image + " is for " + of + ", not for " + backend);
    }
  }
}
