package dev.flint.agent.kube.pod;

import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PullCredentials;
import java.util.Collection;

/** For pods that name nothing. */
final class NoInputs implements PodInputs {
  @Override
  public void want(Collection<PodSpec> pods) {}

  @Override
  public boolean isReady(PodSpec pod) {
    return true;
  }

  @Override
  public ConfigObjects objects(PodSpec pod) {
    return ConfigObjects.NONE;
  }

  @Override
  public PullCredentials pullCredentials(String uid) {
    return PullCredentials.NONE;
  }

  @Override
  public boolean takeNews() {
    return false;
  }

  @Override
  public void listen(Runnable news) {}
}
