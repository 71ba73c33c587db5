package dev.flint.agent.kube.serve;

import dev.flint.agent.http.Answers;
import dev.flint.agent.http.Call;
import dev.flint.agent.http.Site;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the answer to a request of the kubelet API, for whom it is. Thread-safe. */
final class KubeletPages implements Site {
  /** What a kubelet passes over is passed over, as servers come to say more. */
  private static final Set<String> LOG_WORDS =
      Set.of(
          "follow",
          "tailLines",
          "sinceSeconds",
          "sinceTime",
          "timestamps",
          "previous",
          "limitBytes");

  private final KubeletAuth auth;
  private final Answers answers;
  private final PodContainers containers;
  private final BoundPods bound;
  private final PodStreams streams;

  KubeletPages(
      KubeletAuth auth,
      Answers answers,
      PodContainers containers,
      BoundPods bound,
      PodStreams streams) {
    this.auth = auth;
    this.answers = answers;
    this.containers = containers;
    this.bound = bound;
    this.streams = streams;
  }

  @Override
  public void answer(Call call) throws IOException {
    List<String> path = call.path();
    if (path.size() > 1 && path.get(path.size() - 1).isEmpty()) {
      path = path.subList(0, path.size() - 1);
    }
    // What is allowed is decided for what is answered: both go by the same decoded path.
    Page page = Page.of(path);
    if (!auth.admits(call, page)) {
      return;
    }
    if (page == Page.NONE) {
      call.line(404, "there is no such page");
    } else if (page.isUpgrade() ? !isUpgrading(call) : !call.isReading()) {
      call.header("Allow", page.isUpgrade() ? "GET, POST" : "GET, HEAD");
      call.line(405, "not this method");
    } else {
      show(page, path, call);
    }
  }

  private static boolean isUpgrading(Call call) {
    return call.method().equals("GET") || call.method().equals("POST");
  }

  private void show(Page page, List<String> path, Call call) throws IOException {
    switch (page) {
      case HEALTH -> answers.health(call);
      case PODS -> answers.pods(call);
      case RUNNING_PODS -> answers.runningPods(call);
      case STATS -> answers.stats(call);
      case METRICS -> answers.metrics(call);
      case RESOURCES -> answers.resources(call);
      case LOGS -> logs(containers.own(path.subList(1, path.size())), call);
      default -> streams.answer(page, containers.own(path.subList(1, path.size())), call);
    }
  }

  private void logs(List<String> path, Call call) throws IOException {
    Map<String, String> query = new LinkedHashMap<>(call.query());
    query.keySet().retainAll(LOG_WORDS);
    try {
      answers.logs(path, query, call);
    } catch (FlintException e) {
      if (call.isAnswered() || e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      // To a 404 the API server adds its own words and drops ours.
      call.line(400, whyNoLog(path, e));
    }
  }

  private String whyNoLog(List<String> path, FlintException absent) throws FlintException {
    if (containers.isKnown(path)) {
      return FlintException.line(absent);
    }
    Optional<String> why = Optional.empty();
    try {
      why = containers.hasPod(path) ? why : bound.whyNoLog(path);
    } catch (IOException e) {
      // Then all that is known is that there is none here.
    }
    return why.orElseThrow(() -> absent);
  }
}
