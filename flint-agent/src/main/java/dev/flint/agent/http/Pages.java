package dev.flint.agent.http;

import java.io.IOException;
import java.util.List;

/** Finds the answer to a request on loopback. Thread-safe. */
final class Pages implements Site {
  private static final String HEALTH = "/healthz\n/readyz";
  private static final String INDEX =
      HEALTH
          + "\n/pods\n/files\n/stats/summary\n/metrics\n"
          + "/logs/INSTANCE\n/logs/NAMESPACE/POD/CONTAINER";

  private final Answers answers;
  private final Extent extent;

  /** What there is to see. */
  enum Extent {
    /** Whether the agent is well. */
    HEALTH,
    /** Pods and their logs too. */
    ALL
  }

  Pages(Answers answers, Extent extent) {
    this.answers = answers;
    this.extent = extent;
  }

  @Override
  public void answer(Call call) throws IOException {
    if (!call.isForLoopback()) {
      call.line(403, "this host has no such name here; use 127.0.0.1");
    } else if (!call.isReading()) {
      call.header("Allow", "GET, HEAD");
      call.line(405, "only GET and HEAD");
    } else {
      find(call);
    }
  }

  private void find(Call call) throws IOException {
    List<String> path = call.path();
    switch (String.join("/", path)) {
      case "healthz" -> answers.health(call);
      case "readyz" -> answers.readiness(call);
      default -> {
        if (extent == Extent.ALL) {
          findMore(path, call);
        } else {
          call.line(404, "there is no such page; there are\n" + HEALTH + "\nand by --listen more");
        }
      }
    }
  }

  private void findMore(List<String> path, Call call) throws IOException {
    String first = path.isEmpty() ? "" : path.get(0);
    if (first.equals("logs") && (path.size() == 2 || path.size() == 4)) {
      answers.logs(path.subList(1, path.size()), call.query(), call);
      return;
    }
    switch (String.join("/", path)) {
      case "" -> call.line(200, INDEX);
      case "pods" -> answers.pods(call);
      case "files" -> answers.files(call);
      case "stats/summary" -> answers.stats(call);
      case "metrics" -> answers.metrics(call);
      default -> call.line(404, "there is no such page; there are\n" + INDEX);
    }
  }
}
