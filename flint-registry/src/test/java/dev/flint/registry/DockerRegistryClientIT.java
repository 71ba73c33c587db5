package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.registry.testing.DockerRegistrySettings;
import dev.flint.registry.testing.FileServer;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The client against a registry that others wrote: what is more than the verbs of PeerMatrixIT in
 * the ways people set it up.
 */
class DockerRegistryClientIT {
  private static final String USER = "user";
  private static final String PASSWORD = "p:w";

  @TempDir Path folder;
  private TestImage image;
  private TestClient developer;
  private TestClient device;

  @BeforeEach
  void prepare() throws IOException {
    image = TestImage.ofLayerSize(3_000_000);
    developer = new TestClient(Files.createDirectory(folder.resolve("developer")));
    device = new TestClient(Files.createDirectory(folder.resolve("device")));
  }

  @Test
  void anImageComesBackByteForByteAlsoFromTheCopyThatSkopeoMade() throws IOException {
    try (DockerRegistry registry = start(new DockerRegistrySettings())) {
      Reference first = Reference.parse(registry.host() + "/first/image:1");
      Reference second = Reference.parse(registry.host() + "/second:2");
      roundTrip(first);
      Command.run(
              "skopeo",
              "copy",
              "--preserve-digests",
              "--src-tls-verify=false",
              "--dest-tls-verify=false",
              "docker://" + first,
              "docker://" + second)
          .ok();
      TestClient another = new TestClient(Files.createDirectory(folder.resolve("another")));
      another.pull(second);
      assertHolds(another, second);
      roundTripByDigest(first);
    }
  }

  private void roundTripByDigest(Reference tagged) throws IOException {
    Reference byDigest = tagged.withDigest(image.manifest().digest());
    TestClient another = new TestClient(Files.createDirectory(folder.resolve("by-digest")));
    another.pull(byDigest);
    assertHolds(another, byDigest);
  }

  @Test
  void pushingAgainMovesATagAndLeavesTheOldImage() throws IOException {
    try (DockerRegistry registry = start(new DockerRegistrySettings())) {
      Reference reference = Reference.parse(registry.host() + "/r:latest");
      roundTrip(reference);
      roundTrip(reference);
      TestImage old = image;
      image = TestImage.ofLayerSize(0);
      roundTrip(reference);
      device.pull(reference.withDigest(old.manifest().digest()));
    }
  }

  @Test
  void whatWasDeletedOrNeverThereIsNotFound() throws IOException {
    try (DockerRegistry registry = start(new DockerRegistrySettings())) {
      Reference reference = Reference.parse(registry.host() + "/r:1");
      assertFails(ErrorCode.NOT_FOUND, () -> device.pull(reference));
      put(developer, reference);
      developer.push(reference);
      Command.run("skopeo", "delete", "--tls-verify=false", "docker://" + reference).ok();
      assertFails(ErrorCode.NOT_FOUND, () -> device.pull(reference));
      device.assertHasNothing();
    }
  }

  @Test
  void aWrongOrMissingPasswordIsRefused() throws IOException {
    try (DockerRegistry registry = start(new DockerRegistrySettings().password(folder))) {
      Reference reference = Reference.parse(registry.host() + "/r:1");
      put(developer, reference);
      developer.login(registry.host(), USER, "p");
      for (TestClient one : List.of(developer, device)) {
        FlintException e = assertFails(ErrorCode.AUTH, () -> one.pull(reference));
        assertTrue(e.remedy().contains("flint login"), e.remedy());
      }
      assertFails(ErrorCode.AUTH, () -> developer.push(reference));
      device.assertHasNothing();
    }
  }

  @Test
  void tlsOfAnUnknownAuthorityIsRefused() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder.resolve("tls"), "IP:127.0.0.1");
    try (DockerRegistry registry = start(new DockerRegistrySettings().tls(certificate))) {
      Reference reference = Reference.parse(registry.host() + "/r:1");
      device.plainHttp(false);
      FlintException e = assertFails(ErrorCode.NETWORK, () -> device.pull(reference));
      assertTrue(e.remedy().contains("--ca-file"), e.remedy());
    }
  }

  @Test
  void saysWhichWayRoundTlsIsMistaken() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder.resolve("tls"), "IP:127.0.0.1");
    try (DockerRegistry registry = start(new DockerRegistrySettings().tls(certificate))) {
      Reference reference = Reference.parse(registry.host() + "/r:1");
      put(developer, reference);
      for (var action :
          List.<Executable>of(() -> developer.pull(reference), () -> developer.push(reference))) {
        FlintException e = assertFails(ErrorCode.NETWORK, action);
        assertTrue(e.remedy().contains("--no-plain-http"), e.toString());
      }
    }
    try (DockerRegistry registry =
        DockerRegistry.start(folder.resolve("plain"), new DockerRegistrySettings())) {
      Reference reference = Reference.parse(registry.host() + "/r:1");
      device.plainHttp(false);
      FlintException e = assertFails(ErrorCode.NETWORK, () -> device.pull(reference));
      assertTrue(e.remedy().contains("--plain-http"), e.remedy());
    }
  }

  @Test
  void thePasswordStaysWithTheRegistryWhenItsStorageIsElsewhere() throws IOException {
    Path home = folder.resolve("registry");
    try (FileServer storage = FileServer.start(DockerRegistry.data(home));
        DockerRegistry registry =
            DockerRegistry.start(
                home, new DockerRegistrySettings().password(folder).redirect(storage.url()))) {
      developer.login(registry.host(), USER, PASSWORD);
      device.login(registry.host(), USER, PASSWORD);
      Reference reference = Reference.parse(registry.host() + "/r:1");
      roundTrip(reference);
      developer.push(reference);

      List<String> methods =
          storage.requests().stream().map(FileServer.Request::method).distinct().sorted().toList();
      assertEquals(List.of("GET", "HEAD"), methods);
      for (FileServer.Request request : storage.requests()) {
        assertFalse(request.headers().containsKey("Authorization"), request.toString());
        assertFalse(request.headers().containsKey("Cookie"), request.toString());
      }
    }
  }

  private DockerRegistry start(DockerRegistrySettings settings) {
    return DockerRegistry.start(folder.resolve("registry"), settings);
  }

  private void put(TestClient user, Reference reference) throws IOException {
    image.putInto(user.images().layout(), reference);
  }

  private void roundTrip(Reference reference) throws IOException {
    put(developer, reference);
    assertEquals(image.manifest(), developer.push(reference));
    assertEquals(image.manifest(), device.pull(reference));
    assertHolds(device, reference);
  }

  private void assertHolds(TestClient user, Reference reference) throws IOException {
    assertArrayEquals(
        image.manifest().bytes(), user.images().resolve(reference).orElseThrow().bytes());
    assertArrayEquals(image.configBytes(), user.images().layout().read(image.config()));
    assertArrayEquals(image.layerBytes(), user.images().layout().read(image.layer()));
  }
}
