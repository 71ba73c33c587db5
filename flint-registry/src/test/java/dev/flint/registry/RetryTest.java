package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that have no time, and links that break: what a pull does about it. */
class RetryTest {
  private static final byte[] NONE = {};

  @TempDir Path folder;
  private TestClient user;
  private TestImage image;
  private final AtomicInteger requests = new AtomicInteger();

  @BeforeEach
  void prepare() throws IOException {
    user =
        new TestClient(folder)
            .clock(Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
    image = TestImage.ofLayerSize(1000);
  }

  /** The first answers to requests for something are the script's. */
  private FaultServer failing(String part, int times, FaultServer.Script script)
      throws IOException {
    return FaultServer.start(
        x -> {
          if (x.target().contains(part) && requests.getAndIncrement() < times) {
            script.serve(x);
          } else {
            image.serve(x);
          }
        });
  }

  private void pull(FaultServer server) throws IOException {
    assertEquals(image.manifest(), user.pull(Reference.parse(server.host() + "/r:t")));
  }

  /** C26. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1500",
        "59 | 59500",
        "90 | 60500",
        "Fri, 02 Jan 2026 03:04:15 GMT | 10500",
        "Thu, 01 Jan 2026 03:04:15 GMT | 500",
        "'' | 500",
        "soon | 500",
        "-1 | 500",
        "99999999999999999999 | 500",
      })
  void waitsAsLongAsTheRegistryAsks(String header, long millis) throws IOException {
    String line = header.isEmpty() ? "" : "Retry-After: " + header;
    try (FaultServer server = failing("/manifests/", 1, x -> x.reply(429, line, NONE))) {
      pull(server);
      assertEquals(List.of(Duration.ofMillis(millis)), user.waits());
    }
  }

  /** C26. */
  @ParameterizedTest
  @ValueSource(strings = {"86400", "Sat, 03 Jan 2026 03:04:05 GMT"})
  void givesUpWhereItIsToWaitForADay(String header) throws IOException {
    try (FaultServer server =
        failing("/manifests/", 9, x -> x.reply(429, "Retry-After: " + header, NONE))) {
      FlintException e = assertFails(ErrorCode.NETWORK, () -> pull(server));
      assertTrue(
          String.valueOf(e.getMessage())
              .endsWith(
                  "answered 429 and wants us to wait 86400 s, longer than the 300 s that Flint"
                      + " waits"),
          e.getMessage());
      assertEquals(1, server.requests().size());
      user.assertHasNothing();
    }
  }

  /** C27. */
  @ParameterizedTest
  @CsvSource({
    "/manifests/, 503",
    "/blobs/, 503",
    "/manifests/, 425",
    "/blobs/, 500",
    "/blobs/, 429",
    "/manifests/, 499",
    "/manifests/, 502",
    "/manifests/, 504",
    "/manifests/, 522",
  })
  void aServerThatRecoversIsWaitedFor(String part, int status) throws IOException {
    try (FaultServer server = failing(part, 2, x -> x.reply(status, "", NONE))) {
      pull(server);
      // Half of one second, and of two.
      assertEquals(List.of(Duration.ofMillis(500), Duration.ofSeconds(1)), user.waits());
      assertTrue(
          user.notes().get(0).endsWith("answered " + status + "; trying again in 0.5 s"),
          user.notes().get(0));
    }
  }

  /** C27. */
  @ParameterizedTest
  @ValueSource(strings = {"/manifests/", "/blobs/"})
  void aServerThatAlwaysFailsIsGivenUp(String part) throws IOException {
    try (FaultServer server = failing(part, 99, x -> x.reply(500, "", NONE))) {
      assertFails(ErrorCode.NETWORK, () -> pull(server));
      assertEquals(5, server.requests().stream().filter(line -> line.contains(part)).count());
      assertEquals(
          List.of(500L, 1000L, 2000L, 4000L),
          user.waits().stream().map(Duration::toMillis).toList());
      user.assertHasNothing();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, PROTOCOL",
    "401, AUTH",
    "403, AUTH",
    "404, NOT_FOUND",
    "405, NETWORK",
    "410, PROTOCOL",
    "415, PROTOCOL",
    "501, NETWORK",
    "505, NETWORK",
    "507, NETWORK",
  })
  void aRefusalIsFinal(int status, ErrorCode code) throws IOException {
    try (FaultServer server = failing("/manifests/", 99, x -> x.reply(status, "", NONE))) {
      assertFails(code, () -> pull(server));
      assertEquals(
          1, server.requests().stream().filter(line -> line.contains("/manifests/")).count());
      assertEquals(List.of(), user.waits());
    }
  }

  /** C28: a manifest that breaks off anywhere is fetched once more. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.999, 1})
  void aManifestThatBreaksOffIsFetchedAgain(double part) throws IOException {
    byte[] bytes = image.manifest().bytes();
    try (FaultServer server =
        failing(
            "/manifests/",
            1,
            x -> {
              x.send("HTTP/1.1 200 X\r\nContent-Length: " + bytes.length + "\r\n\r\n");
              x.send(java.util.Arrays.copyOf(bytes, (int) (bytes.length * part)));
              x.reset();
            })) {
      pull(server);
      assertFalse(server.requests().size() > 4, server.requests().toString());
    }
  }

  @Test
  void aLinkThatBreaksEveryTimeIsGivenUp() throws IOException {
    try (FaultServer server = failing("/manifests/", 99, x -> x.reset())) {
      assertFails(ErrorCode.NETWORK, () -> pull(server));
      assertEquals(
          List.of(0L, 500L, 1000L), user.waits().stream().map(Duration::toMillis).toList());
    }
  }
}
