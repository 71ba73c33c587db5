package dev.flint.agent.kube.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ServerWorkTest {
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final ServerWork work = new ServerWork(pauses(), "wrong", "over", said::add);

  @Test
  void tellsOnceWhatIsWrongAndThatItIsOver() throws Exception {
    assertFalse(work.attempt(() -> fail(new IOException("why"))));
    assertFalse(work.attempt(() -> fail(new IOException("why"))));
    assertTrue(work.attempt(() -> {}));
    assertTrue(work.attempt(() -> {}));
    assertEquals(List.of("wrong: why", "over"), said);
  }

  @Test
  void namesAFailureWithoutWords() throws Exception {
    assertFalse(work.attempt(() -> fail(new EOFException())));
    assertEquals(List.of("wrong: java.io.EOFException"), said);
  }

  @Test
  void tellsNothingOnceItIsEnded() throws Exception {
    work.end();
    assertFalse(work.attempt(() -> fail(new IOException("Canceled"))));
    assertFalse(
        work.attempt(
            () -> {
              throw new IllegalStateException("closed");
            }));
    assertTrue(work.attempt(() -> {}));
    assertEquals(List.of(), said);
  }

  /** Ended while it goes on, as when the agent is stopped. */
  @Test
  void tellsNothingOfWhatFailsAsItIsEnded() throws Exception {
    assertFalse(work.attempt(() -> fail(new IOException("why"))));
    said.clear();
    assertFalse(
        work.attempt(
            () -> {
              work.end();
              throw new IOException("Canceled");
            }));
    work.well();
    assertEquals(List.of(), said);
  }

  /** Where memory is out, words for that may not fit either. */
  @Test
  void whereThereIsNoRoomForWordsItGoesOn() throws Exception {
    ServerWork wordless =
        new ServerWork(
            pauses(),
            "wrong",
            "over",
            line -> {
              throw new OutOfMemoryError("words");
            });
    assertFalse(
        wordless.attempt(
            () -> {
              throw new OutOfMemoryError("work");
            }));
    assertFalse(wordless.attempt(() -> fail(new IOException("why"))));
    assertTrue(wordless.attempt(() -> {}));
  }

  @Test
  void aLostWatchHasWords() throws Exception {
    Request request = new Request.Builder().url("http://127.0.0.1/api/v1/pods").build();
    Call call = new OkHttpClient().newCall(request);
    Response response =
        new Response.Builder()
            .request(request)
            .protocol(Protocol.HTTP_1_1)
            .code(200)
            .message("OK")
            .build();
    InputStream lost =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new EOFException();
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new EOFException();
          }
        };
    JsonStream stream = new JsonStream(lost, "it", new JsonStream.Limits(10, 10, 10, Set.of()));
    try (Watch watch = new Watch("GET /api/v1/pods", call, response, stream)) {
      IOException e = assertThrows(IOException.class, watch::next);
      assertEquals("GET /api/v1/pods: java.io.EOFException", e.getMessage());
    }
  }

  /** What is told is the same however long it takes. */
  private static Pauses pauses() {
    return new Pauses(new Reach(), 1);
  }

  private static void fail(IOException failure) throws IOException {
    throw failure;
  }
}
