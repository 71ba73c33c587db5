package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.testing.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was answered with success outlives a power cut: looked at in the calls of the system. */
final class EmbeddedDurabilityIT {
  @TempDir Path folder;

  @Test
  void noBlobIsConfirmedBeforeItsNameIsOnTheDevice() throws Exception {
    Path calls = folder.resolve("calls");
    List<String> tracer =
        List.of(
            Peers.require("strace").toString(),
            "-f",
            "-y",
            "-s",
            "20",
            "-o",
            calls.toString(),
            "-e",
            "trace=rename,renameat,renameat2,fsync,fdatasync,write,sendto,writev");
    try (RegistryProcess registry =
        RegistryProcess.startBelow(tracer, folder.resolve("registry"))) {
      RawRegistry raw = new RawRegistry(registry.address());
      byte[] content = {1, 2, 3};
      Digest digest = Digest.sha256(content);
      String type = "application/octet-stream";
      raw.send(
              "PUT",
              raw.startUpload("put").locationWith("digest=" + digest),
              content,
              "Content-Type",
              type)
          .is(201);
      raw.send("POST", "/v2/post/blobs/uploads/?digest=" + digest, content, "Content-Type", type)
          .is(201);
      raw.send("POST", "/v2/mount/blobs/uploads/?mount=" + digest + "&from=put").is(201);
      registry.end();
    }
    List<String> confirmed = new ArrayList<>();
    boolean named = false;
    boolean flushed = false;
    for (String line : Files.readAllLines(calls)) {
      if (line.contains("rename") && line.contains("/blobs/sha256/")) {
        named = true;
        flushed = false;
      } else if (line.matches(".* f(data)?sync\\(\\d+<.*/blobs/sha256>\\).*")) {
        flushed = true;
      } else if (line.contains("HTTP/1.1 201")) {
        assertTrue(named && flushed, () -> "confirmed too early: " + line);
        confirmed.add(line);
        named = false;
      }
    }
    assertTrue(confirmed.size() == 3, confirmed::toString);
  }
}
