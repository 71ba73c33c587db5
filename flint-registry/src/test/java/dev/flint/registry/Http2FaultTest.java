package dev.flint.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Reference;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.ResumingStream;
import dev.flint.registry.http.Http;
import dev.flint.registry.http.Network;
import dev.flint.registry.http.Proxies;
import dev.flint.registry.settings.TlsSettings;
import dev.flint.registry.testing.Http2Server;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.registry.testing.TestSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What HTTP/2 has of its own to break off with. */
class Http2FaultTest {
  @TempDir Path folder;

  enum Fault {
    RST_STREAM {
      @Override
      void happen(Http2Server.Stream stream) throws IOException {
        stream.reset();
      }
    },
    GOAWAY {
      @Override
      void happen(Http2Server.Stream stream) throws IOException {
        stream.goAway();
      }
    };

    abstract void happen(Http2Server.Stream stream) throws IOException;
  }

  /** C30: in the middle of a body, the rest is asked for, and only that. */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void aBodyThatBreaksOffIsResumed(Fault fault) throws IOException {
    TestImage image = TestImage.ofLayerSize(50_000);
    byte[] layer = image.layerBytes();
    int half = layer.length / 2;
    TestCertificate certificate = TestCertificate.create(folder.resolve("key"), "IP:127.0.0.1");
    try (Http2Server server =
        Http2Server.start(
            certificate,
            (number, stream) -> {
              if (number == 1) {
                fault.happen(stream.whole(layer.length).data(layer, 0, half, false));
              } else {
                // Anything but a request for just this part is refused by the client.
                stream.rest(half, layer.length).data(layer, half, layer.length, true);
              }
            })) {
      TlsSettings tls = TlsSettings.DEFAULT.trusting(List.of(certificate.pem())).overHttp2();
      Network network = new Network(TestSettings.of(tls), Proxies.NONE, line -> {});
      TestClient user =
          new TestClient(folder).plainHttp(false).via(new Http("flint/test", network));
      RegistryRepository repository =
          user.client().repository(Reference.parse(server.host() + "/r"));
      BlobSource blob =
          new BlobSource() {
            @Override
            public InputStream open() throws IOException {
              return repository.blob(image.layer());
            }

            @Override
            public Optional<InputStream> range(long from, long length) throws IOException {
              return repository.range(image.layer(), from, length);
            }
          };
      try (InputStream in = new ResumingStream(blob, 0, layer.length, Pause.NONE)) {
        assertArrayEquals(layer, in.readAllBytes());
      }
      assertEquals(2, server.requests());
    }
  }
}
