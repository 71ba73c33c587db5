package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.Transfer;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that break while sending, and sources that change under it. */
class PushFaultTest {
  private static final int SIZE = 3_000_000;
  private static final byte[] NONE = {};

  @TempDir Path folder;
  private TestClient user;
  private TestImage image;
  private Reference reference;

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(SIZE);
    reference = Reference.parse("here/r:t");
    image.putInto(user.images().layout(), reference);
  }

  /** D10, C28 for a push: the registry is asked, and each body goes to a session of its own. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, SIZE / 2, SIZE})
  void aResetWhileSendingIsNeverAnsweredByAReplay(int received) throws IOException {
    try (FaultServer server =
        registry(
            put -> {
              put.body(received);
              put.reset();
            })) {
      assertFails(ErrorCode.NETWORK, () -> push(server, user.images()));
      assertNoReplay(server);
    }
  }

  /** D10. */
  @Test
  void anEndWithoutAnAnswerIsNeverAnsweredByAReplay() throws IOException {
    try (FaultServer server = registry(Exchange::body)) {
      assertFails(ErrorCode.NETWORK, () -> push(server, user.images()));
      assertNoReplay(server);
      assertEquals(
          "HEAD /v2/r/blobs/" + image.layer().digest(), server.requests().get(3), "after the PUT");
    }
  }

  /** Four attempts, each from its own POST on. */
  private void assertNoReplay(FaultServer server) {
    List<String> writes =
        server.requests().stream()
            .filter(line -> line.startsWith("P"))
            .map(line -> line.substring(0, line.indexOf(' ')))
            .toList();
    assertEquals(List.of("POST", "PUT", "POST", "PUT", "POST", "PUT", "POST", "PUT"), writes);
  }

  /** D11: the connection of the session is kept, and gone when the body is on its way. */
  @Test
  void aKeptConnectionThatIsGoneIsNeverAnsweredByAReplay() throws IOException {
    AtomicInteger connections = new AtomicInteger();
    try (FaultServer server =
        FaultServer.start(
            first -> {
              if (connections.getAndIncrement() > 0) {
                first.reply(404, "", NONE);
                return;
              }
              Exchange exchange = first;
              exchange.send("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n");
              exchange = exchange.next();
              exchange.send("HTTP/1.1 202 X\r\nContent-Length: 0\r\nLocation: /upload?s\r\n\r\n");
              exchange = exchange.next();
              exchange.body(1000);
              exchange.reset();
            })) {
      assertFails(ErrorCode.NOT_FOUND, () -> push(server, user.images()));
      assertEquals(attempt(), server.requests().subList(0, 3));
      assertEquals(1, server.requests().stream().filter(r -> r.startsWith("PUT")).count());
    }
  }

  @Test
  void aSessionThatIsNotAnsweredIsOpenedAnewAFewTimes() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (x.method().equals("HEAD")) {
                x.reply(404, "", NONE);
              }
            })) {
      assertFails(ErrorCode.NETWORK, () -> push(server, user.images()));
      assertEquals(attempt().subList(0, 2), server.requests().subList(0, 2));
      assertEquals(5, server.requests().size());
    }
  }

  /** A manifest has its digest, so that a second one changes nothing. */
  @Test
  void aManifestThatIsNotAnsweredIsSentAgainAFewTimes() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              byte[] body = x.body();
              if (x.method().equals("HEAD")) {
                x.reply(
                    200,
                    "",
                    x.target().contains("" + image.layer().digest())
                        ? image.layerBytes()
                        : image.configBytes());
              } else {
                assertEquals(image.manifest().bytes().length, body.length);
                x.reset();
              }
            })) {
      assertFails(ErrorCode.NETWORK, () -> push(server, user.images()));
      assertEquals(4, server.requests().stream().filter(r -> r.startsWith("PUT")).count());
    }
  }

  @Test
  void aRefusalInTheMiddleOfABodyIsHeard() throws IOException {
    try (FaultServer server =
        registry(
            put -> {
              put.body(1000);
              put.reply(413, "", NONE);
              put.finish();
            })) {
      RegistryException e =
          (RegistryException) assertFails(ErrorCode.NETWORK, () -> push(server, user.images()));
      assertEquals(413, e.status());
      assertEquals(attempt(), server.requests().subList(0, 3));
      assertEquals(List.of("DELETE /upload?s"), server.requests().subList(3, 4));
    }
  }

  /** D13. */
  @Test
  void aBlobThatWasDamagedInTheStoreIsNotVouchedFor() throws IOException {
    Path file = blobFile();
    byte[] bytes = Files.readAllBytes(file);
    bytes[SIZE / 2] ^= 1;
    Files.write(file, bytes);
    neverSendsTheManifest(ErrorCode.INTEGRITY, user.images());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void aBlobThatHasAnotherSizeInTheStoreIsNotVouchedFor(int more) throws IOException {
    Path file = blobFile();
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), SIZE + more));
    neverSendsTheManifest(ErrorCode.INTEGRITY, user.images());
  }

  /** D13. */
  @Test
  void aFileThatShrinksWhileItIsSentIsNotVouchedFor() throws IOException {
    Path file = blobFile();
    neverSendsTheManifest(
        ErrorCode.INTEGRITY,
        changing(
            () -> {
              try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.truncate(SIZE / 2);
              }
            }));
  }

  /** D13. */
  @Test
  void aFileThatChangesWhileItIsSentIsNotVouchedFor() throws IOException {
    Path file = blobFile();
    neverSendsTheManifest(
        ErrorCode.INTEGRITY,
        changing(
            () -> {
              byte[] other = new byte[SIZE];
              try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(other));
              }
            }));
  }

  @ParameterizedTest
  @ValueSource(ints = {SIZE - 1, SIZE + 1, 0})
  void aSourceThatGivesAnotherNumberOfBytesIsNotVouchedFor(int size) throws IOException {
    byte[] other = Arrays.copyOf(image.layerBytes(), size);
    neverSendsTheManifest(ErrorCode.INTEGRITY, giving(() -> new ByteArrayInputStream(other)));
  }

  @Test
  void aSourceThatCannotBeReadIsALocalFailure() throws IOException {
    Path file = blobFile();
    neverSendsTheManifest(
        ErrorCode.LOCAL_IO,
        giving(
            () -> {
              Files.delete(file);
              return Files.newInputStream(file);
            }));
  }

  private interface Change {
    void now() throws IOException;
  }

  private interface Opening {
    InputStream open() throws IOException;
  }

  /** The user's images, of which the layer changes after its first bytes were read. */
  private ImageSource changing(Change change) {
    return giving(
        () -> {
          InputStream in = user.images().blob(image.layer());
          InputStream begin = new ByteArrayInputStream(in.readNBytes(1000));
          change.now();
          return new SequenceInputStream(begin, in);
        });
  }

  private ImageSource giving(Opening layer) {
    return new ImageSource() {
      @Override
      public Optional<Document> resolve(Reference name) throws IOException {
        return user.images().resolve(name);
      }

      @Override
      public Document manifest(Descriptor descriptor) throws IOException {
        return user.images().manifest(descriptor);
      }

      @Override
      public InputStream blob(Descriptor descriptor) throws IOException {
        return descriptor.equals(image.layer()) ? layer.open() : user.images().blob(descriptor);
      }
    };
  }

  private void neverSendsTheManifest(ErrorCode code, ImageSource source) throws IOException {
    try (FaultServer server =
        registry(
            put -> {
              put.body();
              put.reply(201, "", NONE);
            })) {
      assertFails(code, () -> push(server, source));
      assertTrue(
          server.requests().stream().noneMatch(line -> line.contains("manifests")),
          server.requests().toString());
    }
  }

  private void push(FaultServer server, ImageSource source) throws IOException {
    Reference to = Reference.parse(server.host() + "/r:t");
    new Transfer(source, user.client().repository(to), ProgressListener.NONE)
        .copy(reference, to, Optional.empty());
  }

  /** What is seen of a push that fails at the first blob. */
  private List<String> attempt() {
    return List.of(
        "HEAD /v2/r/blobs/" + image.layer().digest(),
        "POST /v2/r/blobs/uploads/",
        "PUT /upload?s&digest=" + image.layer().digest());
  }

  /** A registry without blobs whose uploads go wrong. */
  private static FaultServer registry(FaultServer.Script put) throws IOException {
    return FaultServer.start(
        x -> {
          switch (x.method()) {
            case "HEAD" -> x.reply(404, "", NONE);
            case "POST" -> x.reply(202, "Location: /upload?s", NONE);
            case "PUT" -> put.serve(x);
            default -> x.reply(404, "", NONE);
          }
        });
  }

  private Path blobFile() throws IOException {
    return user.images().layout().require(image.layer()).file();
  }
}
