package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.Ingest;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.server.ServerSettings;
import dev.flint.registry.testing.CuttingProxy;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.registry.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Issue 4, done when 4: a link that takes 50 ms in each direction and cuts each connection after 5
 * to 50 MB. The image has 200 MiB, or {@code -Dflint.bigMiB}.
 */
class CutLinkIT {
  private static final byte[] CONFIG =
      "{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8);
  private static final int BLOCK = 1 << 20;
  private static final int BLOCKS = Integer.getInteger("flint.bigMiB", 200);
  private static final long SIZE = (long) BLOCKS * BLOCK;
  private static final long SEED = 4;
  private static final long LEAST = 5_000_000;
  private static final long MOST = 50_000_000;
  private static final Duration DELAY = Duration.ofMillis(50);

  @TempDir Path folder;
  private TestClient developer;
  private TestClient device;
  private Document manifest;

  @BeforeEach
  void prepare() throws IOException {
    developer = new TestClient(folder.resolve("developer"));
    device = new TestClient(folder.resolve("device"));
    byte[] block = new byte[BLOCK];
    new Random(1).nextBytes(block);
    MessageDigest hasher = Digest.sha256Hasher();
    for (int i = 0; i < BLOCKS; i++) {
      hasher.update(numbered(block, i));
    }
    Descriptor layer = Descriptor.of(MediaType.OCI_LAYER_TAR, Digest.of(hasher.digest()), SIZE);
    Descriptor config = Descriptor.of(MediaType.OCI_CONFIG, Digest.sha256(CONFIG), CONFIG.length);
    manifest = Manifest.create(config, List.of(layer), Map.of());
    try (Ingest ingest = developer.images().layout().ingest(layer)) {
      for (int i = 0; i < BLOCKS; i++) {
        ingest.write(numbered(block, i));
      }
      ingest.commit();
    }
    try (Ingest ingest = developer.images().layout().ingest(config)) {
      ingest.write(CONFIG);
      ingest.commit();
    }
  }

  /** So that no two blocks are equal and a wrong order shows. */
  private static byte[] numbered(byte[] block, int number) {
    block[0] = (byte) number;
    block[1] = (byte) (number >> 8);
    return block;
  }

  private Reference push(String host) throws IOException {
    Reference reference = Reference.parse(host + "/r:t");
    developer.images().tag(reference, manifest);
    developer.push(reference);
    return reference;
  }

  private static CuttingProxy link(InetSocketAddress server) throws IOException {
    return CuttingProxy.start(server, SEED, LEAST, MOST, DELAY);
  }

  private static RegistryServer embedded(Path folder) throws IOException {
    return RegistryServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder);
  }

  private static void assertAtMost(double ratio, long bytes) {
    assertTrue(bytes <= SIZE * ratio, bytes + " bytes for " + SIZE);
  }

  @Test
  void aPullFromDockerRegistryIsWholeAndFetchesLittleTwice() throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
      push(registry.host());
      pullOver(registry.address());
    }
  }

  @Test
  void aPullFromFlintsRegistryIsWholeAndFetchesLittleTwice() throws IOException {
    try (RegistryServer registry = embedded(folder.resolve("registry"))) {
      push("127.0.0.1:" + registry.address().getPort());
      pullOver(registry.address());
    }
  }

  private void pullOver(InetSocketAddress server) throws IOException {
    try (CuttingProxy link = link(server)) {
      assertEquals(manifest, device.pull(Reference.parse(link.host() + "/r:t")));
      assertTrue(link.cuts() > 2, link.cuts() + " cuts");
      assertAtMost(1.05, link.down());
    }
  }

  @Test
  void aPushToFlintsRegistryGoesOnByChunksAndSendsLittleTwice() throws IOException {
    List<String> log = new CopyOnWriteArrayList<>();
    try (RegistryServer registry =
            RegistryServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder.resolve("registry"),
                ServerSettings.OPEN,
                log::add);
        CuttingProxy link = link(registry.address())) {
      push(link.host());
      assertTrue(link.cuts() > 2, link.cuts() + " cuts");
      assertGoesOnByChunks(log);
      assertAtMost(1.3, link.up());
      String direct = "127.0.0.1:" + registry.address().getPort();
      assertEquals(manifest, device.pull(Reference.parse(direct + "/r:t")));
    }
  }

  /** The layer comes whole at first, and after the first cut by chunks, all in that upload. */
  private static void assertGoesOnByChunks(List<String> log) {
    List<String> taken = log.stream().filter(x -> x.matches("PATCH \\S+ 202 .*")).toList();
    assertTrue(taken.size() > 2, log.toString());
    List<String> uploads = taken.stream().map(CutLinkIT::upload).distinct().toList();
    assertEquals(1, uploads.size(), log.toString());
    List<String> before =
        log.subList(0, log.indexOf(taken.get(0))).stream()
            .filter(x -> x.startsWith("PUT") && uploads.contains(upload(x)))
            .toList();
    assertEquals(1, before.size(), log.toString());
    assertFalse(before.get(0).contains(" 201 "), before.get(0));
  }

  /** The path of the upload that a line of the log is about. */
  private static String upload(String line) {
    return line.replaceFirst("^\\S+ ([^ ?]+).*", "$1");
  }

  /** It forgets an upload with its connection (docker-registry 2.8.2). */
  @Test
  void aPushToDockerRegistryEndsWithOneLineThatSaysWhy() throws IOException {
    Path data = folder.resolve("registry");
    try (DockerRegistry registry = DockerRegistry.start(data);
        CuttingProxy link = link(registry.address())) {
      FlintException e = assertFails(ErrorCode.NETWORK, () -> push(link.host()));
      assertTrue(
          String.valueOf(e.getMessage()).contains("the registry kept nothing of the upload"),
          e.getMessage());
      assertTrue(e.remedy().contains("better link"), e.remedy());
      assertTrue(link.up() < 4 * MOST + MOST, link.up() + " bytes");
      assertTrue(developer.notes().size() < 10, developer.notes().toString());
      try (Stream<Path> files = Files.walk(DockerRegistry.data(data))) {
        assertTrue(files.noneMatch(file -> file.endsWith("_manifests")));
      }
    }
  }

  /** D20. */
  @Test
  void twoPushesOfOneImageAtOnceBothSucceed() throws Exception {
    try (DockerRegistry docker = DockerRegistry.start(folder.resolve("docker"));
        RegistryServer embedded = embedded(folder.resolve("embedded"))) {
      for (String host : List.of(docker.host(), "127.0.0.1:" + embedded.address().getPort())) {
        Reference reference = Reference.parse(host + "/r:t");
        developer.images().tag(reference, manifest);
        List<CompletableFuture<Document>> pushes =
            Stream.of(1, 2)
                .map(
                    i ->
                        CompletableFuture.supplyAsync(
                            () -> {
                              try {
                                return developer.push(reference);
                              } catch (IOException e) {
                                throw new UncheckedIOException(e);
                              }
                            }))
                .toList();
        for (var push : pushes) {
          assertEquals(manifest, push.get());
        }
        assertEquals(manifest, device.pull(reference));
      }
    }
  }
}
