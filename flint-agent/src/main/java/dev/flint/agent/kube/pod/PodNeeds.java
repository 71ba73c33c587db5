package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.EnvEntry;
import dev.flint.agent.pod.EnvFrom;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.VolumeSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * All that a pod names of the API server.
 *
 * @param pod its name
 * @param inputs each once
 * @param pullSecrets those of them that its images are pulled with, in order
 */
record PodNeeds(ObjectName pod, Set<Input> inputs, List<Input.OfObject> pullSecrets) {
  static PodNeeds of(PodSpec pod) {
    String namespace = pod.name().namespace();
    Set<Input> all = new LinkedHashSet<>();
    for (ContainerSpec container : pod.allContainers()) {
      for (EnvFrom from : container.envFrom()) {
        all.add(object(from.kind(), namespace, from.name()));
      }
      for (EnvEntry entry : container.env()) {
        if (entry.source() instanceof EnvEntry.Key key) {
          all.add(object(key.kind(), namespace, key.object()));
        }
      }
    }
    for (VolumeSpec volume : pod.volumes()) {
      if (volume instanceof VolumeSpec.Files files) {
        for (VolumeSpec.Projection source : files.sources()) {
          add(source, pod, all);
        }
      }
    }
    List<Input.OfObject> pullSecrets = new ArrayList<>();
    for (String name : pod.access().pullSecrets()) {
      pullSecrets.add(object(ConfigKind.SECRET, namespace, name));
    }
    all.addAll(pullSecrets);
    return new PodNeeds(pod.name(), all, pullSecrets);
  }

  private static void add(VolumeSpec.Projection source, PodSpec pod, Set<Input> all) {
    if (source instanceof VolumeSpec.Keys keys) {
      all.add(object(keys.kind(), pod.name().namespace(), keys.name()));
    } else if (source instanceof VolumeSpec.Token token) {
      // Two files with the same token are one need.
      VolumeSpec.Token wish = new VolumeSpec.Token(token.audience(), token.seconds(), "");
      all.add(new Input.OfToken(pod.name(), pod.uid(), pod.access().serviceAccount(), wish));
    }
  }

  private static Input.OfObject object(ConfigKind kind, String namespace, String name) {
    return new Input.OfObject(kind, new ObjectName(namespace, name));
  }
}
