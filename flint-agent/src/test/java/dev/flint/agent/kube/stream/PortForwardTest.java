package dev.flint.agent.kube.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.Call;
import dev.flint.agent.http.EchoSocket;
import dev.flint.agent.http.socket.WebSocket;
import dev.flint.agent.http.socket.WebSocketHandshake;
import dev.flint.agent.http.spdy.SpdyClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients and pods that do not do their part. */
@Timeout(120)
class PortForwardTest {
  private static final int PORT = 80;
  private static final int LITTLE = 4 * 1024;
  private static final int SOME = 16 * 1024;
  private static final int MUCH = 192 * 1024;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Executor threads = work -> new Thread(work).start();
  private final Forwarding forwarding =
      new Forwarding(Duration.ofMillis(20), work -> threads.execute(work));
  private EchoSocket server;
  private ServerSocket pod;

  @BeforeEach
  void begin() throws Exception {
    pod = new ServerSocket();
    pod.setReceiveBufferSize(LITTLE);
    pod.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server = new EchoSocket(this::forward);
  }

  @AfterEach
  void end() throws Exception {
    server.close();
    pod.close();
  }

  private void forward(Call call) throws IOException {
    String protocol = call.askedAll("Sec-WebSocket-Protocol").get(0);
    try {
      WebSocket socket = WebSocketHandshake.accept(call, protocol);
      if (protocol.equals(TunnelClient.SPDY)) {
        new PortTunnel(socket, this::dial, forwarding).run();
      } else {
        assertTrue(forwarding.take(1));
        new PortChannels(socket, this::dial, forwarding).run(List.of(PORT));
      }
    } finally {
      ended.countDown();
    }
  }

  /** With a pod that holds little, so that it is soon full. */
  private Socket dial(int port) throws IOException {
    Socket socket = new Socket();
    socket.setSendBufferSize(LITTLE);
    socket.connect(pod.getLocalSocketAddress());
    return socket;
  }

  /** With a client that need not wait, as all that it says fits into what it holds. */
  private TunnelClient connect(String protocol) throws IOException {
    Socket socket = server.connect();
    socket.setSendBufferSize(MUCH);
    return new TunnelClient(socket, "/", protocol);
  }

  private void awaitEnd() throws InterruptedException {
    assertTrue(ended.await(60, TimeUnit.SECONDS), "the tunnel is still there");
  }

  @Test
  void endsATunnelOfAClientThatIsGoneWhileThePodTakesNothing() throws Exception {
    try (TunnelClient client = connect(TunnelClient.SPDY)) {
      SpdyClient session = client.spdy();
      session.open("error", PORT, "1");
      int stream = session.open("data", PORT, "1");
      try (Socket inside = pod.accept()) {
        for (int i = 0; i < MUCH / SOME; i++) {
          session.send(stream, new byte[SOME]);
        }
        client.close();
        awaitEnd();
        inside.getInputStream().readAllBytes();
      }
    }
  }

  @Test
  void endsChannelsOfAClientThatIsGoneWhileThePodTakesNothing() throws Exception {
    try (TunnelClient client = connect(TunnelClient.CHANNELS)) {
      try (Socket inside = pod.accept()) {
        for (int i = 0; i < MUCH / SOME; i++) {
          client.send(new byte[SOME]);
        }
        client.close();
        awaitEnd();
        inside.getInputStream().readAllBytes();
      }
    }
  }

  @Test
  void refusesAConnectionForWhichThereIsNoThread() throws Exception {
    threads =
        work -> {
          throw new OutOfMemoryError("unable to create native thread");
        };
    try (TunnelClient client = connect(TunnelClient.SPDY)) {
      SpdyClient session = client.spdy();
      int errors = session.open("error", PORT, "1");
      int stream = session.open("data", PORT, "1");
      assertTrue(session.read().isReply());
      assertTrue(session.read().isReply());
      SpdyClient.Frame why = session.read();
      assertEquals(errors, why.stream());
      assertEquals("cannot connect to port 80: unable to create native thread", why.text());
      session.send(stream, new byte[SOME]);
      client.close();
      awaitEnd();
    }
  }

  @Test
  void givesOneClientHalfOfThePlacesAndTakesThemBack() throws Exception {
    int half = Forwarding.MOST / 2;
    try (TunnelClient client = connect(TunnelClient.SPDY)) {
      SpdyClient session = client.spdy();
      for (int i = 0; i < half; i++) {
        session.open("error", PORT, "r" + i);
        assertTrue(session.read().isReply());
      }
      session.open("error", PORT, "more");
      assertTrue(session.read().isReset());
      session.reset(1);
      session.open("error", PORT, "again");
      assertTrue(session.read().isReply());
      session.open("data", PORT, "r1");
      assertTrue(session.read().isReply());
      assertTrue(forwarding.take(half));
      assertFalse(forwarding.hasPlace());
      forwarding.giveBack(half);
      client.close();
      awaitEnd();
    }
    while (!forwarding.take(Forwarding.MOST)) {
      Thread.onSpinWait();
    }
    assertFalse(forwarding.hasPlace());
  }
}
