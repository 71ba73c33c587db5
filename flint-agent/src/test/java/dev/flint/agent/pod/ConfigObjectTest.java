package dev.flint.agent.pod;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.FlintException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigObjectTest {
  @Test
  void readsTextsAndBytes() throws FlintException {
    ConfigObject map =
        Pods.object(
            ConfigKind.CONFIG_MAP, "metadata: {name: c}\ndata: {b: x}\nbinaryData: {a: AAH/}");
    assertEquals(List.of("a", "b"), List.copyOf(map.keys()));
    assertArrayEquals(new byte[] {0, 1, -1}, map.bytes("a").orElseThrow());

    ConfigObject secret =
        Pods.object(
            ConfigKind.SECRET,
            "metadata: {name: s}\ntype: Opaque\ndata: {k: b2xk, l: b2xk}\nstringData: {k: new}");
    assertEquals("new", new String(secret.bytes("k").orElseThrow(), StandardCharsets.UTF_8));
    assertEquals("old", new String(secret.bytes("l").orElseThrow(), StandardCharsets.UTF_8));
  }

  @Test
  void neverQuotesASecret() throws FlintException {
    FlintException e =
        assertThrows(
            FlintException.class,
            () -> Pods.object(ConfigKind.SECRET, "metadata: {name: s}\ndata: {k: hunter-2}"));
    assertEquals("secret s: data.k: must be base64", e.getMessage());
    assertEquals(null, e.getCause());
    ConfigObject secret =
        Pods.object(ConfigKind.SECRET, "metadata: {name: s}\nstringData: {k: hunter2}");
    assertFalse(secret.toString().contains("hunter2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "a/b", ".", "''", "..x"})
  void refusesKeysThatAreNoFileNames(String key) {
    String yaml = "metadata: {name: c}\ndata: {" + key + ": x}";
    assertThrows(FlintException.class, () -> Pods.object(ConfigKind.CONFIG_MAP, yaml));
  }
}
