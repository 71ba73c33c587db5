package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.registry.testing.UploadRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Taking blobs over from another repository (OCI distribution spec end-11). */
class MountTest {
  private static final byte[] NONE = {};

  @TempDir Path folder;
  private TestClient user;
  private TestImage image;
  private Descriptor layer;
  private String mount;

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(1000);
    layer = image.layer();
    mount = "POST /v2/r/blobs/uploads/?mount=" + layer.digest() + "&from=other/place";
  }

  private RegistryRepository repository(UploadRegistry registry) throws IOException {
    return user.client().repository(Reference.parse(registry.host() + "/r"));
  }

  private void upload(RegistryRepository repository) throws IOException {
    repository.putBlob(layer, () -> new ByteArrayInputStream(image.layerBytes()), n -> {});
  }

  private static UploadRegistry answering(int status) throws IOException {
    return UploadRegistry.start(
        (x, r) -> {
          if (x.target().contains("mount=")) {
            x.reply(status, "", NONE);
            return true;
          }
          return false;
        });
  }

  /** D14. */
  @Test
  void aMountedBlobIsDone() throws IOException {
    try (UploadRegistry registry = answering(201)) {
      assertTrue(repository(registry).mount(layer, "other/place"));
      assertEquals(List.of(mount), registry.requests());
    }
  }

  /** D14. */
  @Test
  void theSessionOpenedInsteadIsUsed() throws IOException {
    try (UploadRegistry registry = UploadRegistry.start((x, r) -> false)) {
      RegistryRepository repository = repository(registry);
      assertFalse(repository.mount(layer, "other/place"));
      upload(repository);
      assertEquals(List.of(mount, "PUT /upload?s=1&digest=" + layer.digest()), registry.requests());
      assertTrue(registry.has(image.layerBytes()));
    }
  }

  /** D14: once without mount, and no more of that repository. */
  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405})
  void aRefusedMountIsAnOrdinaryUpload(int status) throws IOException {
    try (UploadRegistry registry = answering(status)) {
      RegistryRepository repository = repository(registry);
      assertFalse(repository.mount(layer, "other/place"));
      assertFalse(repository.mount(image.config(), "other/place"));
      upload(repository);
      assertEquals(
          List.of(mount, "POST /v2/r/blobs/uploads/", "PUT /upload?s=1&digest=" + layer.digest()),
          // With 401 and no challenge, the door is asked what it wants.
          registry.requests().stream().filter(line -> !line.equals("GET /v2/")).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"500", "429", "0"})
  void aMountThatFailsForNowSaysNothingAboutTheNext(int status) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (status == 0) {
                x.reset();
              } else {
                x.reply(status, "", NONE);
              }
              return true;
            })) {
      RegistryRepository repository = repository(registry);
      assertFalse(repository.mount(layer, "other/place"));
      assertFalse(repository.mount(layer, "other/place"));
      assertEquals(List.of(mount, mount), registry.requests());
    }
  }

  @Test
  void aSecondSessionReplacesTheFirst() throws IOException {
    try (UploadRegistry registry = UploadRegistry.start((x, r) -> false)) {
      RegistryRepository repository = repository(registry);
      assertFalse(repository.mount(layer, "a"));
      assertFalse(repository.mount(layer, "b"));
      upload(repository);
      assertEquals(1, registry.count("DELETE /upload?s=1"));
      assertEquals(1, registry.count("PUT /upload?s=2"));
      assertEquals(2, registry.count("POST"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "a&b=c", "../x", "a b", "", "a#b"})
  void takesRepositoryNamesOnly(String from) throws IOException {
    try (UploadRegistry registry = answering(201)) {
      RegistryRepository repository = repository(registry);
      assertThrows(IllegalArgumentException.class, () -> repository.mount(layer, from));
      assertEquals(List.of(), registry.requests());
    }
  }

  @Test
  void aLocationThatIsRefusedEndsAMountToo() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              x.reply(202, "Location: file:///etc/passwd", NONE);
              return true;
            })) {
      assertFails(ErrorCode.POLICY, () -> repository(registry).mount(layer, "a"));
    }
  }
}
