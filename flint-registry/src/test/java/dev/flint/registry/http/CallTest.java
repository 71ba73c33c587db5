package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallTest {
  private static final URI SIGNED = URI.create("https://h:1/p%2Fq?sig=secret");

  @Test
  void itsTextShowsNoSecret() {
    Call call = Call.of("PUT", SIGNED).header("Authorization", "Basic secret");
    assertEquals("PUT https://h/p%2Fq", call.toString());
  }

  @Test
  void theTextOfItsReplyShowsNoSecret() {
    Reply reply =
        new Reply(
            SIGNED,
            307,
            Map.of("location", List.of("https://h/?sig=secret")),
            InputStream.nullInputStream());
    assertEquals("307 of https://h/p%2Fq", reply.toString());
  }
}
