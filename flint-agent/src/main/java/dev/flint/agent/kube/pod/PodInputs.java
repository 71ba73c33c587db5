package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PullCredentials;
import java.util.Collection;

/** What pods refer to at the API server: ConfigMaps, Secrets, tokens. Thread-safe. */
interface PodInputs {
  /** These pods there are, and no others; what no pod names any more is forgotten. */
  void want(Collection<PodSpec> pods);

  /** Whether all that a pod refers to was asked for once; what is not there is missing then. */
  boolean isReady(PodSpec pod);

  /** What is known for a pod. */
  ConfigObjects objects(PodSpec pod);

  /** What the images of a pod are pulled with. */
  PullCredentials pullCredentials(String uid);

  /** Whether anything changed since this was asked before. */
  boolean takeNews();

  /** Has somebody told of news. */
  void listen(Runnable news);
}
