package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left on disk after a stop and after a kill. */
final class EmbeddedRestartTest {
  @TempDir Path folder;

  @Test
  void keepsEverythingOverARestart() throws IOException {
    Document image;
    String upload;
    try (EmbeddedRegistry registry = new EmbeddedRegistry(folder)) {
      image = registry.raw.image("a/b", "persistent");
      registry.raw.pushManifest("a/b", "v1", image).is(201);
      upload = URI.create(registry.raw.startUpload("a/b").location()).getPath();
    }
    try (EmbeddedRegistry registry = new EmbeddedRegistry(folder)) {
      assertArrayEquals(image.bytes(), registry.raw.manifest("a/b", "v1").is(200).bytes());
      registry.raw.manifest("a/b", image.digest().toString()).is(200);
      assertEquals(List.of("a/b"), registry.raw.get("/v2/_catalog").json().strings("repositories"));
      registry.raw.get(upload).is(404);
      assertEquals(List.of(), registry.unfinished("a/b"));
    }
  }

  @Test
  void freesThePortAndTheFolderWhenClosed() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (EmbeddedRegistry registry = new EmbeddedRegistry(folder)) {
        registry.raw.pushBlob("x", new byte[i], MediaType.OCTET_STREAM);
      }
    }
  }

  @Test
  void cutsAnUploadWhenItStops() throws IOException {
    EmbeddedRegistry registry = new EmbeddedRegistry(folder);
    try (Socket socket = halfAnUpload(registry.raw, registry.server.address().getPort())) {
      assertTrue(socket.isConnected());
      registry.close();
    }
    assertEquals(List.of(), registry.unfinished("x"));
    assertEquals(List.of(), registry.blobs("x"));
  }

  @Test
  void leavesAReadableLayoutWhenItIsKilledDuringUploads() throws Exception {
    Random random = new Random(1);
    Document image = null;
    for (int round = 0; round < 5; round++) {
      try (RegistryProcess process = RegistryProcess.start(folder)) {
        RawRegistry raw = new RawRegistry(process.address());
        if (image != null) {
          assertArrayEquals(image.bytes(), raw.manifest("x", "latest").is(200).bytes());
        }
        image = raw.image("x", "round " + round);
        raw.pushManifest("x", "latest", image).is(201);
        try (Socket socket = halfAnUpload(raw, process.address().getPort())) {
          socket.getOutputStream().write(new byte[random.nextInt(100_000)]);
          process.kill();
        }
      }
      try (OciLayout layout = OciLayout.openOrCreate(folder.resolve("x/_oci"))) {
        assertEquals(image.digest(), layout.index().find("latest").orElseThrow().digest());
      }
    }
    try (EmbeddedRegistry registry = new EmbeddedRegistry(folder)) {
      registry.raw.pushBlob("x", new byte[3], MediaType.OCTET_STREAM);
      assertEquals(List.of(), registry.unfinished("x"), "leftovers go with the next push");
    }
  }

  /** A session that has got one of ten million bytes, and a connection that owes the rest. */
  private static Socket halfAnUpload(RawRegistry raw, int port) throws IOException {
    String location = raw.startUpload("x").location();
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    OutputStream out = socket.getOutputStream();
    out.write(
        EmbeddedRegistry.head(
            "PATCH " + URI.create(location).getPath() + " HTTP/1.1",
            "Host: localhost",
            "Content-Length: 10000000"));
    out.write(1);
    return socket;
  }
}
