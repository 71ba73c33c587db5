package dev.flint.registry.http;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, byte for byte. */
class HttpTest {
  private static final byte[] OK = "ok".getBytes(StandardCharsets.UTF_8);

  private final Http http = new Http("flint/test", Optional.empty());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/p%2Fq?s=a%2Fb+c%20d%3D&x==&y",
        "/?X-Amz-Signature=0a&X-Amz-Date=2020%3A01&a=/:?@!$()*,;~-._",
        "/x?%e2%82%ac=%E2%82%AC",
        "/x?&a=&&b",
        "/x?",
      })
  void sendsPathAndQueryAsTheyAre(String target) throws IOException {
    try (FaultServer server = FaultServer.start(HttpTest::ok)) {
      http.send(get(server, target)).close();
      assertEquals(List.of("GET " + target), server.requests());
    }
  }

  @Test
  void doesNotSendAFragment() throws IOException {
    try (FaultServer server = FaultServer.start(HttpTest::ok)) {
      http.send(get(server, "/x?a=b#secret")).close();
      assertEquals(List.of("GET /x?a=b"), server.requests());
    }
  }

  @Test
  void decodesNothingAndKeepsNoCookies() throws IOException {
    byte[] zipped = {0x1f, (byte) 0x8b, 1, 2, 3};
    try (FaultServer server =
        FaultServer.start(
            x -> {
              assertEquals(Optional.empty(), x.header("cookie"));
              x.reply(200, "Content-Encoding: gzip\r\nSet-Cookie: a=b", zipped);
            })) {
      for (int i = 0; i < 2; i++) {
        try (Reply reply = http.send(get(server, "/"))) {
          assertEquals(zipped.length, reply.contentLength().orElse(-1));
          assertArrayEquals(zipped, reply.body().readAllBytes());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308, 401, 421, 429, 500, 503})
  void repeatsNothingAndFollowsNothing(int status) throws IOException {
    String headers =
        "Location: /elsewhere\r\nRetry-After: 0\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
            + "Proxy-Authenticate: Basic realm=\"x\"";
    for (String method : List.of("GET", "HEAD", "POST")) {
      try (FaultServer server = FaultServer.start(x -> x.reply(status, headers, new byte[0]))) {
        try (Reply reply = http.send(Call.of(method, url(server, "/")))) {
          assertEquals(status, reply.status());
        }
        assertEquals(List.of(method + " /"), server.requests());
      }
    }
  }

  /** OkHttp takes it for what it mostly is: a connection that was idle for too long. */
  @Test
  void onlyAReadIsRepeatedOnceWhenTheServerLostPatience() throws IOException {
    for (String method : List.of("GET", "POST")) {
      try (FaultServer server = FaultServer.start(x -> x.reply(408, "", new byte[0]))) {
        try (Reply reply = http.send(Call.of(method, url(server, "/")))) {
          assertEquals(408, reply.status());
        }
        assertEquals(method.equals("GET") ? 2 : 1, server.requests().size());
      }
    }
  }

  @Test
  void sendsABodyWithItsLengthAndItsTypeAndNothingMore() throws IOException {
    List<String> seen = new ArrayList<>();
    List<Long> metered = new ArrayList<>();
    try (FaultServer server =
        FaultServer.start(
            x -> {
              seen.add(x.header("content-type").orElse("none"));
              seen.add(x.header("content-length").orElse("none"));
              seen.add(x.header("transfer-encoding").orElse("none"));
              seen.add(x.header("expect").orElse("none"));
              seen.add(new String(x.body(), StandardCharsets.UTF_8));
              ok(x);
            })) {
      Body body =
          new Body("application/octet-stream", 2, () -> new ByteArrayInputStream(OK), metered::add);
      http.send(Call.of("PUT", url(server, "/")).body(body)).close();
      assertEquals(List.of("application/octet-stream", "2", "none", "none", "ok"), seen);
      assertEquals(List.of(2L), metered);
    }
  }

  @Test
  void announcesABodyOfNoBytes() throws IOException {
    List<String> seen = new ArrayList<>();
    try (FaultServer server =
        FaultServer.start(
            x -> {
              seen.add(x.header("content-length").orElse("none"));
              ok(x);
            })) {
      http.send(Call.of("POST", url(server, "/"))).close();
      http.send(Call.of("PUT", url(server, "/")).body(Body.of("a/b", new byte[0]))).close();
      http.send(get(server, "/")).close();
      assertEquals(List.of("0", "0", "none"), seen);
    }
  }

  /** An idle connection that the server closes just when the next request is on its way. */
  @Test
  void aReadSurvivesAConnectionThatWasDroppedWhileIdle() throws IOException {
    try (FaultServer server = FaultServer.start(HttpTest::answerOneAndDropTheNext)) {
      http.send(get(server, "/1")).body().readAllBytes();
      try (Reply reply = http.send(get(server, "/2"))) {
        assertArrayEquals(OK, reply.body().readAllBytes());
      }
      assertEquals(List.of("GET /1", "GET /2", "GET /2"), server.requests());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT"})
  void aWriteIsNeverRepeated(String method) throws IOException {
    try (FaultServer server = FaultServer.start(HttpTest::answerOneAndDropTheNext)) {
      http.send(get(server, "/1")).body().readAllBytes();
      Call empty = Call.of(method, url(server, "/2"));
      Call call = method.equals("PUT") ? empty.body(Body.of("a/b", OK)) : empty;
      assertFails(ErrorCode.NETWORK, () -> http.send(call));
      assertEquals(List.of("GET /1", method + " /2"), server.requests());
    }
  }

  private static void answerOneAndDropTheNext(Exchange first) throws IOException {
    first.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    first.next().body();
  }

  @Test
  void aReadIsNotRepeatedOnAFreshConnection() throws IOException {
    try (FaultServer server = FaultServer.start(x -> {})) {
      assertFails(ErrorCode.NETWORK, () -> http.send(get(server, "/1")));
      assertEquals(List.of("GET /1"), server.requests());
    }
  }

  @Test
  void reusesASoundConnection() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            first -> {
              Exchange exchange = first;
              while (true) {
                exchange.body();
                exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                exchange = exchange.next();
              }
            })) {
      for (int i = 0; i < 5; i++) {
        http.send(get(server, "/")).body().readAllBytes();
        http.send(Call.of("PUT", url(server, "/")).body(Body.of("a/b", OK))).body().readAllBytes();
      }
      assertEquals(1, server.connections());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, longer", "3, shorter", "0, longer"})
  void noticesASourceOfAnotherLength(int announced, String how) throws IOException {
    try (FaultServer server = FaultServer.start(Exchange::body)) {
      Body body = new Body("a/b", announced, () -> new ByteArrayInputStream(OK), n -> {});
      FlintException e =
          assertFails(
              ErrorCode.INTEGRITY, () -> http.send(Call.of("PUT", url(server, "/")).body(body)));
      assertTrue(String.valueOf(e.getMessage()).contains(how), e.getMessage());
    }
  }

  @Test
  void tellsAFailureToReadFromOneOfTheNetwork() throws IOException {
    BlobSource missing =
        () -> {
          throw new FileNotFoundException("gone");
        };
    BlobSource broken = () -> failing(new IOException("disk on fire"));
    BlobSource damaged = () -> failing(new IntegrityException("bad blob"));
    try (FaultServer server = FaultServer.start(Exchange::body)) {
      assertFails(ErrorCode.LOCAL_IO, () -> put(server, missing));
      assertFails(ErrorCode.LOCAL_IO, () -> put(server, broken));
      assertFails(ErrorCode.INTEGRITY, () -> put(server, damaged));
    }
  }

  private void put(FaultServer server, BlobSource source) throws IOException {
    http.send(Call.of("PUT", url(server, "/")).body(new Body("a/b", 100_000, source, n -> {})))
        .close();
  }

  private static InputStream failing(IOException failure) {
    return new InputStream() {
      private boolean begun;

      @Override
      public int read() throws IOException {
        throw failure;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        if (begun) {
          throw failure;
        }
        begun = true;
        return length / 2;
      }
    };
  }

  /** A server may refuse a long body without reading it: its answer counts, not the broken pipe. */
  @Test
  void hearsARefusalThatComesWhileItIsSending() throws IOException {
    byte[] chunk = new byte[1 << 16];
    long size = 64L << 20;
    try (FaultServer server =
        FaultServer.start(
            x -> {
              x.body(1 << 20);
              x.reply(413, "", OK);
              x.finish();
            })) {
      Body body = new Body("a/b", size, () -> new EndlessStream(chunk, size), n -> {});
      try (Reply reply = http.send(Call.of("PUT", url(server, "/")).body(body))) {
        assertEquals(413, reply.status());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\u001b[2J\r\n\r\n",
        "\u0015\u0003\u0003\u0000\u0002\u0002F\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "",
      })
  void saysInOneLineThatItIsNoHttp(String answer) throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.send(answer))) {
      assertFails(
          ErrorCode.NETWORK,
          () -> {
            try (Reply reply = http.send(get(server, "/"))) {
              reply.body().readAllBytes();
            }
          });
    }
  }

  @Test
  void boundsTheHeadersItReads() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              x.send("HTTP/1.1 200 OK\r\n");
              while (true) {
                x.send("X-A: " + "a".repeat(1000) + "\r\n");
              }
            })) {
      assertFails(ErrorCode.NETWORK, () -> http.send(get(server, "/")));
    }
  }

  @Test
  void callsWhatCannotBeSentAnError() {
    assertThrows(
        FlintException.class, () -> http.send(Call.of("GET", URI.create("ftp://127.0.0.1/"))));
    assertThrows(
        FlintException.class,
        () -> http.send(Call.of("GET", URI.create("http://127.0.0.1/")).header("A", "b\r\nc")));
  }

  private static void ok(Exchange exchange) throws IOException {
    exchange.reply(200, "", OK);
  }

  private static Call get(FaultServer server, String target) {
    return Call.of("GET", url(server, target));
  }

  private static URI url(FaultServer server, String target) {
    return URI.create("http://" + server.host() + target);
  }
}
