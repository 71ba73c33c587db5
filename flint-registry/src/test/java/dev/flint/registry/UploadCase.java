package dev.flint.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Reference;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.registry.testing.UploadRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An upload of a blob of 9 MiB to a registry that fails in some way. */
abstract class UploadCase {
  static final int MIB = 1 << 20;
  static final int SIZE = 9 * MIB;
  static final byte[] NONE = {};
  static final UploadRegistry.Fault SOUND = (x, registry) -> false;

  @TempDir Path folder;
  TestClient user;
  TestImage image;
  Descriptor layer;
  final AtomicInteger faults = new AtomicInteger();

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(SIZE);
    layer = image.layer();
  }

  final BlobSource bytes() {
    byte[] bytes = image.layerBytes();
    return () -> new ByteArrayInputStream(bytes);
  }

  final void upload(UploadRegistry registry) throws IOException {
    upload(user.client(), registry, bytes());
  }

  final void upload(RegistryClient client, UploadRegistry registry, BlobSource source)
      throws IOException {
    AtomicLong metered = new AtomicLong();
    client
        .repository(Reference.parse(registry.host() + "/r"))
        .putBlob(layer, source, metered::addAndGet);
    assertTrue(registry.has(image.layerBytes()), registry.requests().toString());
    assertEquals(SIZE, metered.get());
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  final boolean first(boolean applies) {
    return applies && faults.getAndIncrement() == 0;
  }

  /** It depends on buffers of the system whether all of the body went out before the cut. */
  static List<String> withoutHead(UploadRegistry registry) {
    return registry.requests().stream().filter(line -> !line.startsWith("HEAD")).toList();
  }
}
