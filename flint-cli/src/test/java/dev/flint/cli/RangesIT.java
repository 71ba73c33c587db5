package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.registry.testing.DockerRegistry;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates from registries that answer requests for ranges in their own way. */
@Timeout(180)
class RangesIT {
  private static final int SIZE = 8 << 20;
  private static final String NAME = "/ranges/disk:";

  @TempDir static Path shared;
  @TempDir Path folder;

  private static DockerRegistry registry;
  private static Path disk1;
  private static Path disk2;
  private final HttpClient client = HttpClient.newHttpClient();
  private Cli device;
  private FaultServer odd;
  private String how = "";

  @BeforeAll
  static void push() throws IOException {
    registry = DockerRegistry.start(shared.resolve("registry"));
    byte[] disk = new byte[SIZE];
    new Random(1).nextBytes(disk);
    disk1 = Files.write(shared.resolve("disk1.raw"), disk);
    System.arraycopy(new byte[1000], 0, disk, SIZE / 3, 1000);
    disk2 = Files.write(shared.resolve("disk2.raw"), disk);
    Cli developer = new Cli(Files.createDirectory(shared.resolve("developer")));
    developer.run("import", "--push", "--disk", disk1.toString(), registry.host() + NAME + 1).ok();
    developer.run("import", "--push", "--disk", disk2.toString(), registry.host() + NAME + 2).ok();
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  @BeforeEach
  void newDevice() throws IOException {
    device = new Cli(Files.createDirectory(folder.resolve("device")));
    odd = FaultServer.start(this::answer);
  }

  @AfterEach
  void stopOdd() throws Exception {
    odd.close();
  }

  /** Passes a request on, unless it is for a range of a blob. */
  private void answer(Exchange exchange) throws IOException {
    String range = exchange.header("range").orElse("");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + registry.host() + exchange.target()))
            .method(exchange.method(), HttpRequest.BodyPublishers.noBody());
    exchange.header("accept").ifPresent(accept -> request.header("Accept", accept));
    boolean passed = !range.isEmpty() && !how.equals("whole");
    if (passed) {
      request.header("Range", range);
    }
    HttpResponse<byte[]> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    byte[] body = response.body();
    if (!passed) {
      String type = response.headers().firstValue("content-type").orElse("text/plain");
      exchange.reply(response.statusCode(), "Content-Type: " + type, body);
      return;
    }
    String part = response.headers().firstValue("content-range").orElse("");
    switch (how) {
      case "416" -> exchange.reply(416, "", new byte[0]);
      case "another part" -> exchange.reply(206, "Content-Range: bytes 7-" + part, body);
      case "no part" -> exchange.reply(206, "", body);
      case "damaged" -> {
        body[body.length / 2]++;
        exchange.reply(206, "Content-Range: " + part, body);
      }
      case "zeros" -> exchange.reply(206, "Content-Range: " + part, new byte[body.length]);
      case "403" -> exchange.reply(403, "", new byte[0]);
      default -> throw new IllegalArgumentException(how);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"whole", "416", "another part", "no part", "damaged", "zeros"})
  void theWholeIsFetchedInsteadAndThatIsSaid(String oddity) throws IOException {
    device.run("pull", registry.host() + NAME + 1).ok();
    how = oddity;
    String reference = odd.host() + NAME + 2;
    Cli.Result pulled = device.run("pull", reference);
    assertTrue(pulled.ok().startsWith(reference), pulled.out());
    assertEquals(
        1, pulled.err().lines().filter(line -> line.contains(" whole: ")).count(), pulled.err());
    Path out = folder.resolve("out.raw");
    device.run("unpack", reference, "--to", out.toString()).ok();
    assertEquals(-1, Files.mismatch(disk2, out));
  }

  @ParameterizedTest
  @ValueSource(strings = {"whole", "416", "another part", "no part", "damaged", "zeros"})
  void theDiskIsWrittenAllTheSame(String oddity) throws IOException {
    how = oddity;
    Path out = folder.resolve("out.raw");
    Cli.Result pulled =
        device.run(
            "pull",
            odd.host() + NAME + 2,
            "--unpack",
            "--to",
            out.toString(),
            "--from-disk",
            disk1.toString());
    pulled.ok();
    assertEquals(
        1, pulled.err().lines().filter(line -> line.contains(" whole: ")).count(), pulled.err());
    assertEquals(-1, Files.mismatch(disk2, out));
  }

  @Test
  void aRefusalLeavesNothing() throws IOException {
    how = "403";
    Path out = folder.resolve("out.raw");
    device
        .run(
            "pull",
            odd.host() + NAME + 2,
            "--unpack",
            "--to",
            out.toString(),
            "--from-disk",
            disk1.toString())
        .fails(5);
    assertFalse(Files.exists(out));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count(), "the device's home alone");
    }
  }
}
