package dev.flint.oci;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class DocumentTest {
  private static final String DIGEST =
      "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
  private static final String CONFIG =
      "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\""
          + DIGEST
          + "\",\"size\":2}";
  private static final String LAYER = CONFIG.replace("config.v1+json", "layer.v1.tar+gzip");
  private static final String MANIFEST =
      "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
          + "\"config\":"
          + CONFIG
          + ",\"layers\":["
          + LAYER
          + "]}";
  private static final String INDEX =
      "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
          + "\"manifests\":["
          + CONFIG.replace("config.v1", "manifest.v1")
          + "]}";

  private static Document received(byte[] bytes, Optional<MediaType> claimed)
      throws FlintException {
    return Document.received(bytes, Digest.sha256(bytes), claimed);
  }

  private static Document received(String text) throws FlintException {
    return received(text.getBytes(UTF_8), Optional.empty());
  }

  @Test
  void keepsTheBytesAsReceived() throws FlintException {
    byte[] bytes =
        MANIFEST
            .replace(",", " ,\n\t")
            .replace("}]", ",\"x-new\":[1.50,{\"a\":null}]}]")
            .getBytes(UTF_8);
    Document document = received(bytes, Optional.of(MediaType.OCI_MANIFEST));
    assertArrayEquals(bytes, document.bytes());
    assertEquals(Digest.sha256(bytes), document.digest());
    assertEquals(bytes.length, document.descriptor().size());

    byte[] copy = document.bytes();
    copy[0] = 'X';
    bytes[0] = 'X';
    assertEquals('{', document.bytes()[0]);
  }

  @Test
  void tellsManifestFromIndex() throws FlintException {
    assertFalse(received(MANIFEST).isIndex());
    assertTrue(received(INDEX).isIndex());
    assertEquals(1, Manifest.of(received(MANIFEST)).layers().size());
    assertEquals(1, ImageIndex.of(received(INDEX)).manifests().size());
    Failures.expect(ErrorCode.PROTOCOL, () -> Manifest.of(received(INDEX)));
    Failures.expect(ErrorCode.PROTOCOL, () -> ImageIndex.of(received(MANIFEST)));
  }

  @Test
  void withoutAnEmbeddedTypeTakesTheClaimOrTheShape() throws FlintException {
    String bare = MANIFEST.replaceFirst("\"mediaType\":\"[^\"]*manifest[^\"]*\",", "");
    assertEquals(MediaType.OCI_MANIFEST, received(bare).mediaType());
    for (MediaType claim : new MediaType[] {MediaType.OCI_MANIFEST, MediaType.DOCKER_MANIFEST}) {
      assertEquals(claim, received(bare.getBytes(UTF_8), Optional.of(claim)).mediaType());
    }
    assertEquals(
        MediaType.OCI_MANIFEST,
        received(bare.getBytes(UTF_8), Optional.of(new MediaType("application/json"))).mediaType());
    Failures.expect(
        ErrorCode.PROTOCOL, () -> received(bare.getBytes(UTF_8), Optional.of(MediaType.OCI_INDEX)));
  }

  @Test
  void refusesAClaimThatDiffers() {
    for (MediaType claim :
        new MediaType[] {MediaType.OCI_INDEX, MediaType.DOCKER_MANIFEST, MediaType.OCTET_STREAM}) {
      Failures.expect(
          ErrorCode.PROTOCOL, () -> received(MANIFEST.getBytes(UTF_8), Optional.of(claim)));
    }
  }

  static Stream<Arguments> refused() {
    String utf8 = MANIFEST;
    return Stream.of(
        Arguments.of("both shapes", with(INDEX, "\"layers\":[]"), ErrorCode.PROTOCOL),
        Arguments.of("config and manifests", with(INDEX, "\"config\":{}"), ErrorCode.PROTOCOL),
        Arguments.of("no shape", "{\"schemaVersion\":2}", ErrorCode.PROTOCOL),
        Arguments.of(
            "manifest type, index shape",
            INDEX.replaceFirst("image.index", "image.manifest"),
            ErrorCode.PROTOCOL),
        Arguments.of(
            "index type, manifest shape",
            MANIFEST.replaceFirst("image.manifest", "image.index"),
            ErrorCode.PROTOCOL),
        Arguments.of(
            "schema 1",
            "{\"schemaVersion\":1,\"name\":\"x\",\"fsLayers\":[],\"history\":[]}",
            ErrorCode.UNSUPPORTED),
        Arguments.of(
            "unknown type",
            MANIFEST.replaceFirst("image.manifest", "image.other"),
            ErrorCode.UNSUPPORTED),
        Arguments.of(
            "type is a number", with(MANIFEST_BARE, "\"mediaType\":3"), ErrorCode.PROTOCOL),
        Arguments.of(
            "type with a space", with(MANIFEST_BARE, "\"mediaType\":\"a b\""), ErrorCode.PROTOCOL),
        Arguments.of("version is text", utf8.replace(":2,\"m", ":\"2\",\"m"), ErrorCode.PROTOCOL),
        Arguments.of("duplicate layers", with(MANIFEST, "\"layers\":[]"), ErrorCode.PROTOCOL),
        Arguments.of(
            "duplicate digest",
            MANIFEST.replaceFirst("\"size\"", "\"digest\":\"" + DIGEST + "\",\"size\""),
            ErrorCode.PROTOCOL),
        Arguments.of(
            "duplicate by escape", with(MANIFEST, "\"l\\u0061yers\":[]"), ErrorCode.PROTOCOL),
        Arguments.of("truncated", utf8.substring(0, utf8.length() - 1), ErrorCode.PROTOCOL),
        Arguments.of("second document", utf8 + utf8, ErrorCode.PROTOCOL),
        Arguments.of("trailing word", utf8 + " x", ErrorCode.PROTOCOL),
        Arguments.of("trailing brace", utf8 + "}", ErrorCode.PROTOCOL),
        Arguments.of("BOM", "\ufeff" + utf8, ErrorCode.PROTOCOL),
        Arguments.of("comment", utf8 + "//", ErrorCode.PROTOCOL),
        Arguments.of("NaN", with(MANIFEST, "\"x\":NaN"), ErrorCode.PROTOCOL),
        Arguments.of("trailing comma", with(MANIFEST, "\"x\":[1,]"), ErrorCode.PROTOCOL),
        Arguments.of("single quotes", utf8.replace('"', '\''), ErrorCode.PROTOCOL),
        Arguments.of("raw newline", with(MANIFEST, "\"x\":\"\n\""), ErrorCode.PROTOCOL),
        Arguments.of("lone surrogate", with(MANIFEST, "\"x\":\"\\ud800\""), ErrorCode.PROTOCOL),
        Arguments.of("lone surrogate name", with(MANIFEST, "\"\\uDC00\":1"), ErrorCode.PROTOCOL),
        Arguments.of("HTML", "<html><body>404</body></html>", ErrorCode.PROTOCOL),
        Arguments.of("nothing", "", ErrorCode.PROTOCOL),
        Arguments.of("white space", " \n", ErrorCode.PROTOCOL),
        Arguments.of("an array", "[" + utf8 + "]", ErrorCode.PROTOCOL),
        Arguments.of("null", "null", ErrorCode.PROTOCOL),
        Arguments.of("text", "\"x\"", ErrorCode.PROTOCOL),
        Arguments.of(
            "deep arrays",
            with(MANIFEST, "\"x\":" + "[".repeat(5000) + "]".repeat(5000)),
            ErrorCode.POLICY),
        Arguments.of(
            "deep objects",
            with(MANIFEST, "\"x\":" + "{\"x\":".repeat(5000) + "1" + "}".repeat(5000)),
            ErrorCode.POLICY),
        Arguments.of(
            "deep and cut off", with(MANIFEST, "\"x\":" + "[".repeat(5000)), ErrorCode.POLICY),
        Arguments.of(
            "5 MiB", with(MANIFEST, "\"x\":\"" + "y".repeat(5 << 20) + "\""), ErrorCode.POLICY),
        Arguments.of("5 MiB of space", utf8 + " ".repeat(5 << 20), ErrorCode.POLICY),
        Arguments.of("long number", with(MANIFEST, "\"x\":" + "9".repeat(5000)), ErrorCode.POLICY));
  }

  private static final String MANIFEST_BARE =
      "{\"schemaVersion\":2,\"config\":" + CONFIG + ",\"layers\":[]}";

  private static String with(String json, String member) {
    return json.substring(0, json.length() - 1) + "," + member + "}";
  }

  /** C8, C10, C11, C13. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refuses(String name, String text, ErrorCode code) {
    Failures.expect(code, () -> received(text));
  }

  /** C13. */
  @Test
  void refusesTextThatIsNotUtf8() {
    byte[][] bad = {
      MANIFEST.getBytes(UTF_16),
      MANIFEST.getBytes(UTF_16LE),
      MANIFEST.getBytes(java.nio.charset.Charset.forName("UTF-32BE")),
      inName(0xff),
      inName(0xc3),
      inName(0xc0, 0xaf),
      inName(0xe0, 0x80, 0xaf),
      inName(0xed, 0xa0, 0x80),
      inName(0xf4, 0x90, 0x80, 0x80),
      inName(0x80),
    };
    for (byte[] bytes : bad) {
      Failures.expect(ErrorCode.PROTOCOL, () -> received(bytes, Optional.empty()));
    }
  }

  private static byte[] inName(int... raw) {
    byte[] head = (MANIFEST_BARE.substring(0, MANIFEST_BARE.length() - 1) + ",\"x").getBytes(UTF_8);
    byte[] tail = "\":1}".getBytes(UTF_8);
    byte[] bytes = java.util.Arrays.copyOf(head, head.length + raw.length + tail.length);
    for (int i = 0; i < raw.length; i++) {
      bytes[head.length + i] = (byte) raw[i];
    }
    System.arraycopy(tail, 0, bytes, head.length + raw.length, tail.length);
    return bytes;
  }

  /** C11. */
  @Test
  void refusesTooManyLayersAndEntries() throws FlintException {
    String small = "{\"mediaType\":\"a/b\",\"digest\":\"x:y\",\"size\":0}";
    String many = (small + ",").repeat(40_000) + small;
    Document manifest =
        received("{\"schemaVersion\":2,\"config\":" + CONFIG + ",\"layers\":[" + many + "]}");
    Failures.expect(ErrorCode.POLICY, () -> Manifest.of(manifest));
    Document index = received("{\"schemaVersion\":2,\"manifests\":[" + many + "]}");
    Failures.expect(ErrorCode.POLICY, () -> ImageIndex.of(index));
    String hundredThousand = "{},".repeat(100_000) + "{}";
    Document empties = received("{\"config\":" + CONFIG + ",\"layers\":[" + hundredThousand + "]}");
    Failures.expect(ErrorCode.POLICY, () -> Manifest.of(empties));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"size\":2 | \"size\":-1",
        "\"size\":2 | \"size\":\"2\"",
        "\"size\":2 | \"size\":2.0",
        "\"size\":2 | \"size\":1e3",
        "\"size\":2 | \"size\":9223372036854775808",
        "\"size\":2 | \"size\":null",
        "\"size\":2 | \"size\":true",
        "\"size\":2 | \"siz\":2",
        "sha256:44 | sha256:4X",
        "sha256:44 | md5:44",
        "sha256:44 | ../../x",
        "\"digest\":\"sha256 | \"digest\":[],\"z\":\"sha256",
        "application/vnd.oci.image.layer.v1.tar+gzip | a\\r\\nb",
      })
  void refusesAMalformedDescriptor(String from, String to) throws FlintException {
    Document document = received(MANIFEST.replace(from, to));
    Failures.expect(ErrorCode.PROTOCOL, () -> Manifest.of(document));
  }

  /** C14, C15. */
  @Test
  void choosesTheFirstEntryForAPlatform() throws FlintException {
    Document index = index("linux/s390x", "linux/amd64", "linux/amd64/v1", "unknown/unknown");
    ImageIndex view = ImageIndex.of(index);
    assertEquals(view.manifests().get(1), view.select(Platform.parse("linux/amd64")));
    FlintException e =
        Failures.expect(ErrorCode.NOT_FOUND, () -> view.select(Platform.parse("linux/arm64")));
    assertEquals("choose with --platform: linux/s390x, linux/amd64, linux/amd64/v1", e.remedy());
  }

  @Test
  void anEntryWithoutPlatformCountsOnlyAlone() throws FlintException {
    Platform wanted = Platform.parse("linux/amd64");
    ImageIndex alone = ImageIndex.of(index(""));
    assertEquals(alone.manifests().get(0), alone.select(wanted));
    ImageIndex two = ImageIndex.of(index("", ""));
    Failures.expect(ErrorCode.NOT_FOUND, () -> two.select(wanted));
    ImageIndex none = ImageIndex.of(index());
    Failures.expect(ErrorCode.NOT_FOUND, () -> none.select(wanted));
  }

  private static Document index(String... platforms) throws FlintException {
    StringBuilder entries = new StringBuilder();
    int size = 0;
    for (String platform : platforms) {
      String[] parts = platform.split("/", -1);
      String member =
          platform.isEmpty()
              ? ""
              : ",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"%s}"
                  .formatted(
                      parts[0],
                      parts[1],
                      parts.length > 2 ? ",\"variant\":\"" + parts[2] + "\"" : "");
      entries.append(size == 0 ? "" : ",");
      entries.append(CONFIG.replace(":2}", ":" + size++ + member + "}"));
    }
    return received("{\"schemaVersion\":2,\"manifests\":[" + entries + "]}");
  }

  @Test
  void aCopyOfADescriptorKeepsUnknownMembers() throws FlintException {
    Document document =
        received(
            MANIFEST.replace(
                "\"size\":2}]",
                "\"size\":2,\"urls\":[\"http://x\"],\"new\":{\"n\":1.50},\"annotations\":{\"a\":\"\"}}]"));
    Descriptor layer = Manifest.of(document).layers().get(0);
    Descriptor bare = layer.withAnnotations(java.util.Map.of());
    assertEquals(layer, bare);
    assertEquals(Optional.of(""), layer.annotation("a"));
    assertEquals(Optional.empty(), bare.annotation("a"));
    String text = new String(bare.json().bytes(), UTF_8);
    assertTrue(text.contains("\"urls\":[\"http://x\"],\"new\":{\"n\":1.50}}"), text);
    assertNotEquals(layer, Descriptor.of(MediaType.OCTET_STREAM, layer.digest(), layer.size()));
  }

  /** Whatever arrives, the only failure is Flint's own. */
  @Test
  void damagedDocumentsGiveOrdinaryFailures() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = (random.nextBoolean() ? MANIFEST : INDEX).getBytes(UTF_8);
      int damages = 1 + random.nextInt(4);
      for (int d = 0; d < damages; d++) {
        int at = random.nextInt(bytes.length);
        bytes[at] =
            random.nextBoolean()
                ? (byte) random.nextInt(256)
                : (byte) "{}[]\",:0129eE-+.\\ nullue".charAt(random.nextInt(24));
      }
      if (random.nextInt(10) == 0) {
        random.nextBytes(bytes);
      }
      readEverything(bytes);
    }
  }

  private static void readEverything(byte[] bytes) {
    try {
      Document document = received(bytes, Optional.empty());
      document.json().bytes();
      if (document.isIndex()) {
        for (Descriptor entry : ImageIndex.of(document).manifests()) {
          entry.platform();
          entry.annotations();
        }
        ImageIndex.of(document).select(Platform.host());
      } else {
        Manifest.of(document).annotations();
        Manifest.of(document).subject();
      }
    } catch (FlintException e) {
      assertTrue(e.code() != ErrorCode.INTERNAL, e::toString);
    }
  }
}
