package dev.flint.registry.server;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.archive.ImageCopy;
import dev.flint.oci.archive.NamedTarget;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.ReferrerSource;
import dev.flint.registry.RegistryRepository;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Issue 4, done when 2: what people do with registries, at each kind of registry they have. One
 * that takes nothing refuses in a line that says so.
 */
@ParameterizedClass
@EnumSource(PeerSetup.class)
final class PeerMatrixIT {
  private final PeerSetup setup;
  @TempDir Path folder;
  private Peer peer;
  private TestClient client;

  PeerMatrixIT(PeerSetup setup) {
    this.setup = setup;
  }

  @BeforeEach
  void start() throws IOException {
    peer = new Peer(folder, TestImage.ofLayerSize(1_500_000));
    setup.start(peer);
    client = peer.client();
  }

  @AfterEach
  void stop() throws IOException {
    peer.close();
  }

  private void worksUnlessFixed(Executable action) throws Throwable {
    if (!peer.isFixed()) {
      action.execute();
      return;
    }
    FlintException refusal = assertFails(ErrorCode.NETWORK, action);
    assertTrue(String.valueOf(refusal.getMessage()).contains("405"), refusal.getMessage());
    assertTrue(refusal.remedy().contains("read-only"), refusal.remedy());
  }

  private void assertHolds(TestClient user, Reference reference) throws IOException {
    assertEquals(peer.image.manifest(), user.pull(reference));
    assertArrayEquals(
        peer.image.manifest().bytes(), user.images().resolve(reference).orElseThrow().bytes());
    assertArrayEquals(peer.image.configBytes(), user.images().layout().read(peer.image.config()));
    assertArrayEquals(peer.image.layerBytes(), user.images().layout().read(peer.image.layer()));
  }

  @Test
  void push() throws Throwable {
    Reference pushed = peer.at("deep/down/pushed:2");
    peer.image.putInto(client.images().layout(), pushed);
    worksUnlessFixed(
        () -> {
          client.push(pushed);
          assertHolds(peer.client(), pushed);
        });
  }

  @Test
  void pull() throws IOException {
    assertHolds(client, peer.seeded());
    Reference byDigest = peer.seeded().withDigest(peer.image.manifest().digest());
    assertHolds(peer.client(), byDigest);
    assertFails(ErrorCode.NOT_FOUND, () -> client.pull(peer.at(Peer.REPOSITORY + ":none")));
  }

  /** Out of it, past the store, and from elsewhere into it. */
  @Test
  void copy() throws Throwable {
    try (EmbeddedRegistry elsewhere = new EmbeddedRegistry(folder.resolve("elsewhere"))) {
      TestClient other = new TestClient(folder.resolve("other"));
      Reference outside = Reference.parse(elsewhere.host() + "/out:1");
      copy(client, peer.seeded(), other, outside);
      assertHolds(other, outside);
      Reference back = peer.at("copied:3");
      worksUnlessFixed(
          () -> {
            copy(other, outside, client, back);
            assertHolds(client, back);
          });
    }
  }

  private static void copy(TestClient from, Reference source, TestClient to, Reference target)
      throws IOException {
    RegistryRepository origin = from.client().repository(source);
    Document root = origin.resolve(source).orElseThrow();
    NamedTarget named = new NamedTarget(to.client().repository(target), target);
    new ImageCopy(origin, named, ProgressListener.NONE)
        .copy(root, Optional.empty(), ReferrerSource.NONE);
  }

  @Test
  void delete() throws Throwable {
    RegistryRepository repository = client.client().repository(peer.seeded());
    worksUnlessFixed(
        () -> {
          repository.delete(peer.image.manifest().digest());
          assertFails(ErrorCode.NOT_FOUND, () -> client.pull(peer.seeded()));
        });
    if (peer.isFixed()) {
      assertHolds(client, peer.seeded());
    }
  }

  @Test
  void mount() throws Throwable {
    RegistryRepository repository = client.client().repository(peer.at("mounted"));
    assertEquals(!peer.isFixed(), repository.mount(peer.image.layer(), Peer.REPOSITORY));
    worksUnlessFixed(
        () -> {
          if (peer.isFixed()) {
            repository.putBlob(peer.image.layer(), peer.image.layerSource(), n -> {});
          }
          try (InputStream blob = repository.blob(peer.image.layer())) {
            assertArrayEquals(peer.image.layerBytes(), blob.readAllBytes());
          }
        });
  }
}
