package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever is not known keeps nobody out who is. */
@Timeout(120)
class StrangersTest {
  private static final int STRANGERS = 16;
  private static final int ALL = 64;

  private final CountDownLatch go = new CountDownLatch(1);
  private final Semaphore waiting = new Semaphore(0);
  private final List<Socket> sockets = new ArrayList<>();
  private Listener listener;

  @BeforeEach
  void begin() throws Exception {
    listener = listen(Duration.ZERO);
  }

  private Listener listen(Duration moment) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return Listener.plain(address, this::answer, STRANGERS, moment);
  }

  @AfterEach
  void end() throws Exception {
    go.countDown();
    for (Socket socket : sockets) {
      socket.close();
    }
    listener.close();
  }

  /** Knows who asks for {@code /known}; is in no hurry with {@code /wait}; ends with others. */
  private void answer(Call call) throws IOException {
    String page = call.path().get(0);
    if (page.startsWith("known")) {
      call.admit();
    }
    if (page.endsWith("wait")) {
      waiting.release();
      try {
        go.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (page.equals("refused")) {
      call.endAfter();
    }
    call.line(200, page);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
    socket.setSoTimeout(60_000);
    sockets.add(socket);
    return socket;
  }

  private static void ask(Socket socket, String page) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("GET /" + page + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads an answer to its end; empty if there is none. */
  private static String answer(Socket socket) throws IOException {
    StringBuilder answer = new StringBuilder();
    InputStream in = socket.getInputStream();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        answer.append((char) b);
        int head = answer.indexOf("\r\n\r\n");
        if (head > 0 && answer.length() > head + 4 && b == '\n') {
          break;
        }
      }
    } catch (SocketException e) {
      // It was hung up on.
    }
    return answer.toString();
  }

  private Socket known(String page) throws IOException {
    Socket socket = connect();
    ask(socket, page);
    String answer = answer(socket);
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    return socket;
  }

  @Test
  void letsInWhoSaysSomethingWhileManySayNothing() throws Exception {
    for (int i = 0; i < 70; i++) {
      connect();
    }
    known("known");
  }

  @Test
  void leavesAloneWhoIsKnown() throws Exception {
    List<Socket> known = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      known.add(known("known"));
    }
    for (int i = 0; i < 70; i++) {
      connect();
    }
    for (Socket socket : known) {
      ask(socket, "again");
      assertTrue(answer(socket).endsWith("again\n"));
    }
  }

  /** With no patience: places of strangers are those of the ones that are answered. */
  @Test
  void endsTheOldestOfStrangersThatKeepItBusy() throws Exception {
    for (int i = 0; i < ALL; i++) {
      ask(connect(), "wait");
      // One after the other, so that the first is the oldest.
      waiting.acquire();
    }
    known("known");
    assertEquals("", answer(sockets.get(0)));
    go.countDown();
    for (Socket socket : sockets.subList(1, ALL)) {
      assertTrue(answer(socket).endsWith("wait\n"));
    }
  }

  @Test
  void endsTheOldestOfStrangersThatSayNothing() throws Exception {
    for (int i = 0; i < STRANGERS; i++) {
      connect();
    }
    known("known");
    assertEquals("", answer(sockets.get(0)));
    ask(sockets.get(1), "known");
    assertTrue(answer(sockets.get(1)).endsWith("known\n"));
  }

  /** Many of those that are going to be known may come at once, with their handshakes. */
  @Test
  void hasPatienceWithManyWhoHaveJustCome() throws Exception {
    listener.close();
    listener = listen(Duration.ofHours(1));
    for (int i = 0; i < ALL; i++) {
      connect();
    }
    for (Socket socket : sockets) {
      ask(socket, "known");
      assertTrue(answer(socket).endsWith("known\n"));
    }
  }

  @Test
  void hasNoPatienceOnceAllPlacesAreTaken() throws Exception {
    listener.close();
    listener = listen(Duration.ofHours(1));
    for (int i = 0; i < 70; i++) {
      connect();
    }
    known("known");
  }

  @Test
  void hasPlacesForMoreWhoAreKnown() throws Exception {
    for (int i = 0; i < 3 * STRANGERS; i++) {
      ask(connect(), "knownwait");
      // One after the other: before they are known they are strangers, too.
      waiting.acquire();
    }
    known("known");
  }

  @Test
  void endsAConnectionAfterAnAnswer() throws Exception {
    Socket socket = connect();
    ask(socket, "refused");
    String answer = answer(socket);
    assertTrue(answer.contains("Connection: close\r\n"), answer);
    assertEquals(-1, socket.getInputStream().read());
  }
}
