package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.Transfer;
import dev.flint.registry.settings.RegistrySettings;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.registry.testing.TestSettings;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mirrors save the way to the registry, and can spoil nothing. */
class MirrorTest {
  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();
  private TestClient user;
  private TestImage image;

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(3_000_000);
  }

  private void pull(Reference reference, String... mirrors) throws IOException {
    RegistrySettings settings = TestSettings.mirrors(mirrors);
    RegistryClient registries = user.patience(RetryPolicy.USUAL).client();
    ImageSource source =
        new MirroredRegistries(
                registries, () -> user.patience(RetryPolicy.ONCE).client(), settings, notes::add)
            .source(reference);
    new Transfer(source, user.images(), ProgressListener.NONE)
        .copy(reference, reference, Optional.empty());
    try (InputStream in = user.images().blob(image.layer())) {
      assertArrayEquals(image.layerBytes(), in.readAllBytes());
    }
  }

  @Test
  void aMirrorThatHasTheImageIsTheOnlyOneAsked() throws IOException {
    try (MockRegistry registry = MockRegistry.start().holds(image);
        MockRegistry mirror = MockRegistry.start().holds(image)) {
      pull(registry.reference(), mirror.host());
      assertEquals(List.of(), registry.lines());
      assertEquals(3, mirror.lines().size());
      assertEquals(List.of(), notes);
    }
  }

  @Test
  void aMirrorHasItUnderItsPrefix() throws IOException {
    try (MockRegistry registry = MockRegistry.start().holds(image);
        MockRegistry mirror = MockRegistry.start()) {
      pull(registry.reference(), mirror.host() + "/of/ours");
      assertEquals("GET /v2/of/ours/r/manifests/t", mirror.lines().get(0));
    }
  }

  @Test
  void aMirrorWithoutTheImageIsPassedOverWithoutAWord() throws IOException {
    try (MockRegistry registry = MockRegistry.start().holds(image);
        MockRegistry mirror = MockRegistry.start()) {
      pull(registry.reference(), mirror.host());
      assertEquals(3, registry.lines().size());
      assertEquals(List.of(), notes);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 429, 500, 503, 302})
  void aMirrorThatFailsIsNotedAndNotAskedAgain(int status) throws IOException {
    try (MockRegistry registry = MockRegistry.start().holds(image);
        FaultServer broken = FaultServer.start(x -> x.reply(status, "", new byte[0]));
        MockRegistry second = MockRegistry.start().holds(image)) {
      pull(registry.reference(), broken.host(), second.host());
      assertEquals(
          1, broken.requests().stream().filter(line -> line.contains("/manifests/")).count());
      assertEquals(List.of(), registry.lines());
      assertEquals(1, notes.size());
      assertTrue(notes.get(0).startsWith("going on without the mirror " + broken.host()));
    }
  }

  @Test
  void aMirrorThatIsNotThereIsNoted() throws IOException {
    String gone;
    try (FaultServer server = FaultServer.start(x -> {})) {
      gone = server.host();
    }
    try (MockRegistry registry = MockRegistry.start().holds(image)) {
      pull(registry.reference(), gone);
      assertEquals(1, notes.size());
    }
  }

  @Test
  void aBlobThatBreaksOffGoesOnFromTheRegistry() throws IOException {
    byte[] layer = image.layerBytes();
    try (MockRegistry registry = MockRegistry.start().holds(image);
        FaultServer mirror =
            FaultServer.start(
                x -> {
                  if (x.target().endsWith(image.layer().digest().toString())) {
                    x.send("HTTP/1.1 200 X\r\nContent-Length: " + layer.length + "\r\n\r\n");
                    x.send(Arrays.copyOf(layer, layer.length / 2));
                  } else {
                    image.serve(x);
                  }
                })) {
      pull(registry.reference(), mirror.host());
      assertEquals("GET /v2/r/blobs/" + image.layer().digest(), registry.lines().get(0));
      assertEquals(List.of("bytes=1500000-2999999"), registry.headers("Range").subList(0, 1));
      assertEquals(1, notes.size());
    }
  }

  @Test
  void aBlobWithAWrongByteIsFetchedFromTheRegistry() throws IOException {
    byte[] wrong = image.layerBytes();
    wrong[wrong.length / 3] ^= 1;
    try (MockRegistry registry = MockRegistry.start().holds(image);
        MockRegistry mirror = MockRegistry.start().holds(image)) {
      mirror.answers(
          get(urlMatching("/v2/r/blobs/" + image.layer().digest()))
              .willReturn(aResponse().withBody(wrong)));
      pull(registry.reference(), mirror.host());
      assertTrue(notes.get(0).contains("is not what its digest says"), notes.toString());
    }
  }

  @Test
  void aManifestThatIsNotTheOneAskedForIsNotTaken() throws IOException {
    try (MockRegistry registry = MockRegistry.start().holds(image);
        MockRegistry mirror = MockRegistry.start().holds(TestImage.ofLayerSize(5))) {
      pull(Reference.parse(registry.host() + "/r@" + image.manifest().digest()), mirror.host());
      assertEquals(1, notes.size());
    }
  }

  @Test
  void credentialsOfTheRegistryAreNotShownToAMirror() throws IOException {
    try (MockRegistry registry = MockRegistry.start().holds(image).wants("Basic dTpw");
        MockRegistry mirror = MockRegistry.start().wants("Basic nobody")) {
      user.login(registry.host(), "u", "p");
      pull(registry.reference(), mirror.host());
      assertEquals(List.of(""), mirror.headers("Authorization"));
      assertTrue(registry.headers("Authorization").contains("Basic dTpw"));
    }
  }

  @Test
  void whatNobodyHasIsNotThere() throws IOException {
    try (MockRegistry registry = MockRegistry.start();
        MockRegistry mirror = MockRegistry.start()) {
      Failures.expect(ErrorCode.NOT_FOUND, () -> pull(registry.reference(), mirror.host()));
    }
  }
}
