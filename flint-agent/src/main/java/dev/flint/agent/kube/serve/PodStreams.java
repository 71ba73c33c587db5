package dev.flint.agent.kube.serve;

import dev.flint.agent.http.Call;
import dev.flint.agent.http.socket.WebSocket;
import dev.flint.agent.http.socket.WebSocketHandshake;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.kube.stream.AttachSession;
import dev.flint.agent.kube.stream.Forwarding;
import dev.flint.agent.kube.stream.PortChannels;
import dev.flint.agent.kube.stream.PortTunnel;
import dev.flint.agent.kube.stream.ProgramSession;
import dev.flint.agent.kube.stream.ProgramWish;
import dev.flint.agent.kube.stream.StreamStatus;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * What reaches into a pod: exec, attach and port-forward, over WebSockets, for which node features
 * name {@code ExtendWebSocketsToKubelet}. Whoever asks for SPDY is told why not. Thread-safe.
 */
final class PodStreams {
  private static final int MOST = 16;
  private static final String FULL =
      "this node forwards " + Forwarding.MOST + " connections already";
  private static final String V5 = "v5.channel.k8s.io";
  private static final String V4 = "v4.channel.k8s.io";
  private static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";

  private final PodContainers containers;
  private final Supervisor supervisor;
  private final Programs programs;
  private final Forwarding forwarding;
  private final Semaphore places = new Semaphore(MOST);

  PodStreams(
      PodContainers containers, Supervisor supervisor, Programs programs, Forwarding forwarding) {
    this.containers = containers;
    this.supervisor = supervisor;
    this.programs = programs;
    this.forwarding = forwarding;
  }

  /**
   * Answers, and serves the stream to its end.
   *
   * @param path what follows the page's word
   */
  void answer(Page page, List<String> path, Call call) throws IOException {
    boolean socket = WebSocketHandshake.isAskedFor(call);
    try {
      Map<String, List<String>> query = call.queryLists();
      boolean input = page != Page.FORWARD && ProgramWish.hasInput(query);
      String why = containers.whyNot(page, path, socket, input);
      if (why.isEmpty()) {
        serve(page, path, query, call);
      } else if (socket) {
        call.document(501, StreamStatus.refusal(501, why));
      } else {
        call.line(501, why);
      }
    } catch (FlintException e) {
      if (!socket || call.isAnswered()) {
        throw e;
      }
      int code = e.code() == ErrorCode.NOT_FOUND ? 404 : e.code() == ErrorCode.USAGE ? 400 : 500;
      call.document(code, StreamStatus.refusal(code, FlintException.line(e)));
    }
  }

  private void serve(Page page, List<String> path, Map<String, List<String>> query, Call call)
      throws IOException {
    WebSocketHandshake.check(call);
    List<String> known = page == Page.FORWARD ? List.of(TUNNEL, V4) : List.of(V5, V4);
    Optional<String> protocol = WebSocketHandshake.choose(call, known);
    if (protocol.isEmpty()) {
      throw new FlintException(
          ErrorCode.USAGE, "Sec-WebSocket-Protocol: must be " + String.join(" or ", known));
    }
    if (!places.tryAcquire()) {
      call.document(
          503, StreamStatus.refusal(503, "this node has " + MOST + " such streams already"));
      return;
    }
    try {
      switch (page) {
        case EXEC -> exec(path, query, protocol.get(), call);
        case ATTACH -> attach(path, query, protocol.get(), call);
        default -> forward(path, query, protocol.get(), call);
      }
    } finally {
      places.release();
    }
  }

  private void exec(List<String> path, Map<String, List<String>> query, String protocol, Call call)
      throws IOException {
    ProgramWish wish = ProgramWish.of(query);
    if (wish.command().isEmpty()) {
      throw new FlintException(ErrorCode.USAGE, "command: which program to run must be said");
    }
    InstanceId id = containers.find(path);
    WebSocket socket = WebSocketHandshake.accept(call, protocol);
    new ProgramSession(socket, wish)
        .run(
            (command, streams) -> programs.start(id, command, streams),
            supervisor.folder(id).sockets());
  }

  private void attach(
      List<String> path, Map<String, List<String>> query, String protocol, Call call)
      throws IOException {
    ProgramWish wish = ProgramWish.of(query);
    InstanceId id = containers.find(path);
    new AttachSession(WebSocketHandshake.accept(call, protocol), wish, supervisor, id).run();
  }

  private void forward(
      List<String> path, Map<String, List<String>> query, String protocol, Call call)
      throws IOException {
    PodPorts pod = containers.ports(path);
    List<Integer> ports = protocol.equals(TUNNEL) ? List.of() : PortChannels.ports(query);
    if (!forwarding.hasPlace() || !forwarding.take(ports.size())) {
      call.document(503, StreamStatus.refusal(503, FULL));
    } else if (ports.isEmpty()) {
      new PortTunnel(WebSocketHandshake.accept(call, protocol), pod, forwarding).run();
    } else {
      channels(ports, pod, call);
    }
  }

  private void channels(List<Integer> ports, PodPorts pod, Call call) throws IOException {
    WebSocket socket;
    try {
      socket = WebSocketHandshake.accept(call, V4);
    } catch (IOException e) {
      forwarding.giveBack(ports.size());
      throw e;
    }
    new PortChannels(socket, pod, forwarding).run(ports);
  }
}
