package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFetchTest {
  @TempDir private Path folder;

  private ImageFetch fetch(String script) {
    return new ImageFetch(
        List.of("/bin/sh", "-c", script, "sh"), folder.resolve("images"), line -> {});
  }

  private static PreparedImage image(List<Path> layers) {
    return new PreparedImage(
        Digest.sha256("m".getBytes(StandardCharsets.UTF_8)),
        ImageConfig.of(JsonObject.empty()),
        new PreparedImage.Layers(layers));
  }

  @Test
  void asksNobodyForAPinnedImageUnlessItIsGone() throws Exception {
    Path layer = Files.createDirectory(folder.resolve("layer"));
    Path document = folder.resolve("document");
    Files.write(document, ImageDocument.write(image(List.of())).bytes());
    Path asked = folder.resolve("asked");
    ImageFetch fetch = fetch("echo \"$@\" >" + asked + "; cat " + document);
    PreparedImage pinned = image(List.of(layer));
    assertSame(pinned, fetch.get("lan:1/web:1", pinned));
    assertFalse(Files.exists(asked));
    Files.delete(layer);
    fetch.get("lan:1/web:1", pinned);
    String said = Files.readString(asked).strip();
    assertTrue(said.endsWith("--pull missing -- lan:1/web@" + pinned.manifest()), said);
  }

  @Test
  void countsWhatTheChildSaysItTook() throws Exception {
    JsonObject document =
        ImageDocument.write(image(List.of()))
            .with("fetched", JsonObject.empty().with("fetchedBytes", 10L).with("reusedBytes", 90L));
    Path file = folder.resolve("document");
    Files.write(file, document.bytes());
    ImageFetch fetch = fetch("cat " + file);
    assertEquals(
        Digest.sha256("m".getBytes(StandardCharsets.UTF_8)),
        fetch.get("lan/web:1", PullPolicy.ALWAYS).manifest());
    fetch.get("lan/web:1", PullPolicy.ALWAYS);
    FetchTotals totals = fetch.totals();
    assertEquals(2, totals.fetches());
    assertEquals(0, totals.failures());
    assertEquals(20, totals.fetchedBytes());
    assertEquals(180, totals.reusedBytes());
    assertTrue(totals.nanos() > 0);
  }

  @Test
  void countsFailures() {
    ImageFetch fetch = fetch("echo 'flint: no such image' >&2; exit 4");
    FlintException e =
        assertThrows(FlintException.class, () -> fetch.get("lan/web:1", PullPolicy.ALWAYS));
    assertEquals("no such image", e.getMessage());
    assertEquals(4, e.code().exitCode());
    assertEquals(1, fetch.totals().failures());
  }

  @Test
  void doesNotCountWhatMayNotBePulled() {
    ImageFetch fetch = fetch("exit 0");
    FlintException e =
        assertThrows(FlintException.class, () -> fetch.get("lan/web:1", PullPolicy.NEVER));
    assertEquals(ErrorCode.NOT_FOUND, e.code());
    assertEquals(FetchTotals.NONE, fetch.totals());
  }
}
