package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiPath;
import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.VolumeSpec;

/** One thing that pods need of the API server. */
sealed interface Input {
  /** Where it is asked for. */
  ApiPath path();

  /** Of the pods that need it. */
  String namespace();

  /** A ConfigMap or Secret, whatever the number of pods that need it. */
  record OfObject(ConfigKind kind, ObjectName name) implements Input {
    @Override
    public ApiPath path() {
      String resource = kind == ConfigKind.SECRET ? "secrets" : "configmaps";
      return ApiPath.core(name.namespace(), resource, name.name());
    }

    @Override
    public String namespace() {
      return name.namespace();
    }

    @Override
    public String toString() {
      return kind.word() + " " + name;
    }
  }

  /**
   * A token of one pod.
   *
   * @param uid the pod's, with which the token ends
   */
  record OfToken(ObjectName pod, String uid, String account, VolumeSpec.Token wish)
      implements Input {
    @Override
    public ApiPath path() {
      return ApiPath.core(pod.namespace(), "serviceaccounts", account, "token");
    }

    @Override
    public String namespace() {
      return pod.namespace();
    }

    @Override
    public String toString() {
      return "token of serviceaccount " + account + " for pod " + pod;
    }
  }
}
