package dev.flint.agent.http;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.node.PodView;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds the answer to a request. Thread-safe. */
final class Pages {
  private static final String INDEX =
      "/healthz\n/readyz\n/pods\n/files\n/stats/summary\n/metrics\n"
          + "/logs/INSTANCE\n/logs/NAMESPACE/POD/CONTAINER";

  private static final InstanceId NOBODY = new InstanceId("nobody");

  private final AgentView view;
  private final LogPages logs;
  private final PodObject pods;
  private final StatsDocument stats;

  Pages(AgentView view, Followers followers) {
    this.view = view;
    this.logs = new LogPages(view, followers);
    this.pods = new PodObject(view.supervisor());
    this.stats = new StatsDocument(view);
  }

  /** Answers. Throws what happens once an answer was begun. */
  void serve(Call call) throws IOException {
    try {
      if (!call.isForLoopback()) {
        call.line(403, "this host has no such name here; use 127.0.0.1");
      } else if (!call.isReading()) {
        call.header("Allow", "GET, HEAD");
        call.line(405, "only GET and HEAD");
      } else {
        find(call);
      }
    } catch (FlintException e) {
      if (call.isAnswered()) {
        throw e;
      }
      call.line(status(e.code()), FlintException.line(e));
    } catch (IOException | RuntimeException e) {
      if (call.isAnswered()) {
        throw e;
      }
      call.line(500, "internal error of the agent: " + e);
    }
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case USAGE -> 400;
      case NOT_FOUND -> 404;
      default -> 500;
    };
  }

  private void find(Call call) throws IOException {
    List<String> path = call.path();
    String first = path.isEmpty() ? "" : path.get(0);
    if (first.equals("logs") && (path.size() == 2 || path.size() == 4)) {
      logs.serve(path.subList(1, path.size()), call);
      return;
    }
    switch (String.join("/", path)) {
      case "" -> call.line(200, INDEX);
      case "healthz" -> health(call);
      case "readyz" -> readiness(call);
      case "pods" -> pods(call);
      case "files" -> files(call);
      case "stats/summary" -> call.document(stats.make());
      case "metrics" -> metrics(call);
      default -> call.line(404, "there is no such page; there are\n" + INDEX);
    }
  }

  /** A supervisor that hangs does not answer, and neither does this then. */
  private void health(Call call) throws IOException {
    var unused = view.supervisor().find(NOBODY);
    if (view.pods().isAlive()) {
      call.line(200, "ok");
    } else {
      call.line(503, "nobody looks after the pods any more; see the agent's log");
    }
  }

  private void readiness(Call call) throws IOException {
    if (!view.supervisor().isRecovered()) {
      call.line(503, "instances are being taken over");
    } else if (!view.pods().isSettled()) {
      call.line(503, "the pod folder was not read yet");
    } else {
      call.line(200, "ok");
    }
  }

  private void pods(Call call) throws IOException {
    OutputStream out = call.begin(Call.JSON);
    String separator = "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[";
    for (PodView pod : view.pods().pods()) {
      out.write(separator.getBytes(StandardCharsets.UTF_8));
      out.write(pods.of(pod, view.host()).bytes());
      separator = ",";
    }
    if (!separator.equals(",")) {
      out.write(separator.getBytes(StandardCharsets.UTF_8));
    }
    out.write("]}".getBytes(StandardCharsets.UTF_8));
  }

  private void files(Call call) throws IOException {
    List<JsonObject> files = new ArrayList<>();
    for (Map.Entry<String, List<String>> file : new TreeMap<>(view.pods().problems()).entrySet()) {
      files.add(
          JsonObject.empty().with("name", file.getKey()).withStrings("problems", file.getValue()));
    }
    call.document(JsonObject.empty().withObjects("broken", files));
  }

  private void metrics(Call call) throws IOException {
    MetricsText text = new MetricsText(call.begin(MetricsText.TYPE));
    new AgentMetrics(view).write(text);
    new PodMetrics(view.pods().pods()).write(text);
    new InstanceMetrics(view.supervisor()).write(text);
    text.end();
  }
}
