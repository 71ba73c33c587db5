package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenerTest {
  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";

  private Listener listener;

  @BeforeEach
  void begin() throws Exception {
    listener =
        Listener.plain(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ListenerTest::answer);
  }

  @AfterEach
  void end() {
    listener.close();
  }

  /** What was understood of a request; {@code /long} in chunks, {@code /broken} not to its end. */
  private static void answer(Call call) throws IOException {
    if (call.path().get(0).equals("long") || call.path().get(0).equals("broken")) {
      OutputStream out = call.begin(Call.TEXT);
      out.write("a".repeat(10_000).getBytes(StandardCharsets.UTF_8));
      if (call.path().get(0).equals("broken")) {
        out.flush();
        throw new IOException("broken");
      }
    } else {
      call.line(200, call.method() + " " + call.path() + " " + call.queryLists());
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
    socket.setSoTimeout(30_000);
    return socket;
  }

  private String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void answersRequestsOnOneConnection() throws Exception {
    String answers =
        raw(
            "GET /a/b?c=d&c=%2F&e"
                + HOST
                + "\r\n"
                + "\r\nHEAD /x"
                + HOST
                + "\r\nGET http://other/abs?q"
                + HOST
                + "Connection: keep-alive, Close\r\n\r\n");
    assertEquals(3, answers.split("HTTP/1.1 200 OK\r\n", -1).length - 1, answers);
    assertTrue(answers.contains("\r\n\r\nGET [a, b] {c=[d, /], e=[]}\n"), answers);
    assertTrue(answers.endsWith("Connection: close\r\n\r\nGET [abs] {q=[]}\n"), answers);
  }

  @Test
  void readsNothingOfWhatFollowsARequest() throws Exception {
    String answer =
        raw("POST /a" + HOST + "Content-Length: 24\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    assertEquals(1, answer.split("HTTP/1.1 ", -1).length - 1, answer);
    answer =
        raw("POST /a" + HOST + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n");
    assertEquals(1, answer.split("HTTP/1.1 ", -1).length - 1, answer);
    assertTrue(answer.contains("Connection: close\r\n"), answer);
  }

  @Test
  void endsAnAnswerAsWholeOnlyIfItIs() throws Exception {
    String close = HOST + "Connection: close\r\n\r\n";
    String whole = raw("GET /long" + close);
    assertTrue(whole.contains("Transfer-Encoding: chunked\r\n"), whole);
    assertTrue(whole.endsWith("a\r\n0\r\n\r\n"), whole);
    assertTrue(raw("GET /broken" + close).endsWith("a\r\n"));
    String old = raw("GET /long HTTP/1.0\r\n\r\n");
    assertTrue(old.endsWith("\r\n\r\n" + "a".repeat(10_000)), old);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 400",
    "GET /, 400",
    "GET / HTTP/2.0, 505",
    "GET /  HTTP/1.1, 400",
    "GET x HTTP/1.1, 400",
    "GET /\u0001 HTTP/1.1, 400",
    "GET /\u00e9 HTTP/1.1, 400",
    "G(T / HTTP/1.1, 400",
    "GET / HTTP/1.1|Host : x, 400",
    "GET / HTTP/1.1| folded, 400",
    "GET / HTTP/1.1|: x, 400",
    "GET / HTTP/1.1|nothing, 400",
    "GET /%zz HTTP/1.1, 400",
  })
  void refusesWhatIsNoRequest(String head, int status) throws Exception {
    String answer = raw(head.replace("|", "\r\n") + "\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }

  @Test
  void refusesHeadsWithoutAnEnd() throws Exception {
    assertTrue(raw("GET /" + "x".repeat(200_000)).startsWith("HTTP/1.1 414 "));
    assertTrue(raw("GET /" + HOST + "A: b\r\n".repeat(300)).startsWith("HTTP/1.1 431 "));
    String head = "GET /" + HOST + "A: " + "b".repeat(200_000);
    assertTrue(raw(head).startsWith("HTTP/1.1 4"), "a field");
  }

  @Test
  void hangsUpOnWhoWantsNothingForWhoWantsSomething() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 70; i++) {
        Socket socket = connect();
        idle.add(socket);
        socket
            .getOutputStream()
            .write(("HEAD /" + i + HOST + "\r\n").getBytes(StandardCharsets.US_ASCII));
        assertEquals('H', socket.getInputStream().read(), "connection " + i);
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }
}
