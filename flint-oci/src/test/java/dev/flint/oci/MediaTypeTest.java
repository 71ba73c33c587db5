package dev.flint.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MediaTypeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.index.v1+json",
        " Application/VND.oci.image.index.v1+JSON ",
        "application/vnd.oci.image.index.v1+json; charset=utf-8",
        "application/vnd.oci.image.index.v1+json;a=\"b;c\"",
      })
  void foldsCaseAndDropsParameters(String text) {
    assertEquals(MediaType.OCI_INDEX, new MediaType(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b c", "a/b\r\nX-Evil: 1", "a/\u00e4", "a/\u0000", "", ";charset=x"})
  void refuses(String text) {
    assertThrows(IllegalArgumentException.class, () -> new MediaType(text));
  }

  @Test
  void refusesEndlessText() {
    assertThrows(IllegalArgumentException.class, () -> new MediaType("a/" + "b".repeat(256)));
  }

  @Test
  void knowsTheKinds() {
    assertTrue(MediaType.OCI_MANIFEST.isManifest() && MediaType.DOCKER_MANIFEST.isManifest());
    assertTrue(MediaType.OCI_INDEX.isIndex() && MediaType.DOCKER_LIST.isIndex());
    assertFalse(MediaType.OCI_INDEX.isManifest() || MediaType.OCI_MANIFEST.isIndex());
    assertTrue(MediaType.DOCKER_LAYER_GZIP.isTarLayer() && MediaType.OCI_LAYER_ZSTD.isTarLayer());
    assertFalse(MediaType.OCI_CONFIG.isTarLayer() || MediaType.OCTET_STREAM.isTarLayer());
    assertFalse(
        new MediaType("application/vnd.oci.image.layer.v1.tar+gzip+encrypted").isTarLayer());
  }
}
