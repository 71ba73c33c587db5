package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One request after the other to a registry in a process of its own. Its threads take turns, so
 * whatever each of them kept would soon be all the memory there is.
 */
final class EmbeddedManyManifestsIT {
  private static final int PUSHES = 40;
  private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void areTakenHoweverLarge() throws Exception {
    String text = "x".repeat(3_500_000);
    try (RegistryProcess registry = RegistryProcess.start(folder)) {
      RawRegistry raw = new RawRegistry(registry.address());
      Descriptor config = raw.pushBlob("x", CONFIG, MediaType.OCI_CONFIG);
      for (int i = 0; i < PUSHES; i++) {
        Document large = Manifest.create(config, List.of(), Map.of("a", i + text));
        raw.pushManifest("x", "t" + i, large).is(201);
      }
    }
  }

  @Test
  void areTakenHoweverManyThereAre() throws Exception {
    Document image = thousands();
    try (RegistryProcess registry = RegistryProcess.start(folder)) {
      RawRegistry raw = new RawRegistry(registry.address());
      for (int i = 0; i < PUSHES; i++) {
        raw.pushManifest("x", "t" + i, image).is(201);
      }
    }
  }

  /** An image with so many tags that its repository's index has more than two mebibytes. */
  private Document thousands() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(folder.resolve("x/_oci"))) {
      Descriptor config =
          Descriptor.of(MediaType.OCI_CONFIG, layout.put(CONFIG).digest(), CONFIG.length);
      Document image = Manifest.create(config, List.of(), Map.of());
      layout.put(image);
      Map<String, Descriptor> tags = new TreeMap<>();
      for (int i = 0; i < 12_000; i++) {
        tags.put("s" + i, image.descriptor());
      }
      layout.tagAll(tags);
      return image;
    }
  }
}
