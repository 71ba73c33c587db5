package dev.flint.agent.http;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.status.PodObject;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What there is to be told, whoever asks and wherever. Thread-safe. */
public final class Answers {
  private static final InstanceId NOBODY = new InstanceId("nobody");

  private final AgentView view;
  private final LogPages logs;
  private final PodObject pods;
  private final StatsDocument stats;

  /** Of an agent. */
  public Answers(AgentView view) {
    this.view = view;
    this.logs = new LogPages(view, new Followers(Listener.LONG_ANSWERS));
    this.pods = new PodObject(view.supervisor());
    this.stats = new StatsDocument(view);
  }

  /** A supervisor that hangs does not answer, and neither does this then. */
  public void health(Call call) throws IOException {
    var unused = view.supervisor().find(NOBODY);
    if (view.pods().isAlive()) {
      call.line(200, "ok");
    } else {
      call.line(503, "nobody looks after the pods any more; see the agent's log");
    }
  }

  void readiness(Call call) throws IOException {
    if (!view.supervisor().isRecovered()) {
      call.line(503, "instances are being taken over");
    } else if (!view.pods().isSettled()) {
      call.line(503, "the pod folder was not read yet");
    } else {
      call.line(200, "ok");
    }
  }

  /** All pods (core/v1 PodList). */
  public void pods(Call call) throws IOException {
    list(view.pods().pods(), call);
  }

  /** The pods of which anything runs (core/v1 PodList). */
  public void runningPods(Call call) throws IOException {
    Set<String> running = new HashSet<>();
    for (InstanceView instance : view.supervisor().list()) {
      if (instance.state().phase() == Phase.RUNNING) {
        running.add(instance.spec().labels().getOrDefault(PodLabels.UID, ""));
      }
    }
    List<PodView> wanted = new ArrayList<>();
    for (PodView pod : view.pods().pods()) {
      if (running.contains(pod.pod().uid())) {
        wanted.add(pod);
      }
    }
    list(wanted, call);
  }

  private void list(List<PodView> wanted, Call call) throws IOException {
    OutputStream out = call.begin(Call.JSON);
    String separator = "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[";
    for (PodView pod : wanted) {
      out.write(separator.getBytes(StandardCharsets.UTF_8));
      out.write(pods.of(pod, view.host()).bytes());
      separator = ",";
    }
    if (!separator.equals(",")) {
      out.write(separator.getBytes(StandardCharsets.UTF_8));
    }
    out.write("]}".getBytes(StandardCharsets.UTF_8));
  }

  void files(Call call) throws IOException {
    List<JsonObject> files = new ArrayList<>();
    for (Map.Entry<String, List<String>> file : new TreeMap<>(view.pods().problems()).entrySet()) {
      files.add(
          JsonObject.empty().with("name", file.getKey()).withStrings("problems", file.getValue()));
    }
    call.document(JsonObject.empty().withObjects("broken", files));
  }

  /** What all takes (stats/v1alpha1 Summary). */
  public void stats(Call call) throws IOException {
    call.document(stats.make());
  }

  /** Numbers of the agent, pods and instances (OpenMetrics). */
  public void metrics(Call call) throws IOException {
    MetricsText text = new MetricsText(call.begin(MetricsText.TYPE));
    new AgentMetrics(view).write(text);
    new PodMetrics(view.pods().pods()).write(text);
    new InstanceMetrics(view.supervisor()).write(text);
    text.end();
  }

  /** What pods and the node take, as metrics-server reads it. */
  public void resources(Call call) throws IOException {
    ResourceMetrics resources = new ResourceMetrics(view);
    MetricsText text = new MetricsText(call.begin(ResourceMetrics.TYPE));
    resources.write(text);
    text.flush();
  }

  /**
   * A log.
   *
   * @param path a namespace, a pod and a container; or an instance
   * @param query as the kubelet has it; nothing that is not known
   */
  public void logs(List<String> path, Map<String, String> query, Call call) throws IOException {
    logs.serve(path, query, call);
  }
}
