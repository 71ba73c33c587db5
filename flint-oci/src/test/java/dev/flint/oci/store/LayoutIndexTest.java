package dev.flint.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LayoutIndexTest {
  private static final String FOREIGN =
      "{\"schemaVersion\":2,\"x-top\":[1.50],\"manifests\":["
          + "{\"mediaType\":\"application/x-unknown\",\"size\":3,\"digest\":\"blake3:00ff\","
          + "\"urls\":[\"http://x\"],\"annotations\":{\"a\":\"\",\"z\":\"\u00e4\ud83d\ude00\"}},"
          + "{\"mediaType\":\"a/b\",\"digest\":\"x:y\",\"size\":0,\"artifactType\":\"t/t\"}"
          + "],\"annotations\":{\"top\":\"kept\"}}";
  private static final Descriptor ONE =
      Descriptor.of(MediaType.OCI_MANIFEST, Digest.sha256(new byte[] {1}), 1);
  private static final Descriptor TWO =
      Descriptor.of(MediaType.OCI_MANIFEST, Digest.sha256(new byte[] {2}), 1);

  private static LayoutIndex parse(String text) throws FlintException {
    return LayoutIndex.parse(text.getBytes(UTF_8), "test index");
  }

  private static String text(LayoutIndex index) {
    return new String(index.bytes(), UTF_8);
  }

  /** E21. */
  @Test
  void keepsEverythingOfOthers() throws FlintException {
    LayoutIndex changed = parse(FOREIGN).withName("mine:1", ONE).withoutName("mine:1");
    assertEquals(FOREIGN, text(changed));
    String named = text(parse(FOREIGN).withName("mine:1", ONE));
    assertTrue(named.startsWith(FOREIGN.substring(0, FOREIGN.indexOf("],\"annotations\":{\"top"))));
    assertTrue(named.endsWith("],\"annotations\":{\"top\":\"kept\"}}"), named);
  }

  @Test
  void aNamePointsToOneEntryOnly() throws FlintException {
    LayoutIndex index =
        LayoutIndex.empty().withName("a:1", ONE).withName("b:1", ONE).withName("a:1", TWO);
    assertEquals(List.of("b:1", "a:1"), index.names());
    assertEquals(Optional.of(TWO), index.find("a:1"));
    assertEquals(Optional.of(ONE), index.find("b:1"));
    assertEquals(Optional.empty(), index.find("a"));
    assertSame(index, index.withoutName("c:1"));
    assertEquals(List.of("a:1"), index.without(ONE::equals).names());
  }

  @Test
  void keepsTheAnnotationsOfTheTarget() throws FlintException {
    Descriptor annotated = ONE.withAnnotations(Map.of("k", "v"));
    Descriptor entry = LayoutIndex.empty().withName("a:1", annotated).find("a:1").orElseThrow();
    assertEquals(Map.of("k", "v", LayoutIndex.REF_NAME, "a:1"), entry.annotations());
    assertEquals(annotated.json(), LayoutIndex.unnamed(entry).json());
    assertSame(annotated, LayoutIndex.unnamed(annotated));
  }

  @Test
  void listsAnUnnamedEntryOnce() throws FlintException {
    LayoutIndex index = LayoutIndex.empty().withEntry(ONE);
    assertSame(index, index.withEntry(ONE));
    LayoutIndex named = LayoutIndex.empty().withName("a:1", ONE);
    assertSame(named, named.withEntry(ONE));
    assertEquals(2, named.withEntry(TWO).entries().size());
  }

  /** What only waits to be removed would be lost at the next sweep. */
  @Test
  void anEntryThatIsWantedAgainIsNotRetired() throws FlintException {
    LayoutIndex retired = LayoutIndex.empty().withName("a:1", ONE).withRetired("a:1");
    assertEquals(List.of(ONE), retired.withEntry(ONE).entries());
    assertEquals(
        List.of(ONE), retired.withEntry(ONE).withoutRetired(Set.of(ONE.digest())).entries());
    LayoutIndex named = LayoutIndex.empty().withEntry(ONE).withName("a:1", ONE);
    assertEquals(List.of(ONE), named.withRetired("a:1").entries(), "listed all the same");
  }

  @Test
  void retiresAndForgetsWhatWasListedFirst() throws FlintException {
    LayoutIndex index =
        LayoutIndex.empty().withName("a:1", ONE).withName("b:1", TWO).withName("c:1", TWO);
    int each = index.entries().get(0).json().bytes().length;
    assertSame(index, index.withLast(3 * each + 50));
    LayoutIndex two = index.withLast(2 * each + 20);
    assertEquals(List.of("b:1", "c:1"), two.names());
    assertTrue(LayoutIndex.isRetired(two.entries().get(0)));
    assertEquals(ONE.digest(), two.entries().get(0).digest());
    assertSame(two, two.withLast(2 * each + 20));
    assertEquals(List.of("c:1"), index.withLast(1).names());
    assertEquals(1, index.withLast(1).entries().size());
    assertEquals(
        List.of("c:1"), two.withoutRetired(Set.of(ONE.digest())).withLast(each + 10).names());
  }

  @Test
  void readsWhatItWrites() throws FlintException {
    LayoutIndex index = LayoutIndex.empty().withName("localhost:5000/osv/hello:1.0", ONE);
    LayoutIndex read = LayoutIndex.parse(index.bytes(), "again");
    assertEquals(index.names(), read.names());
    assertEquals(text(index), text(read));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "<html>",
        "{\"manifests\":{}}",
        "{\"manifests\":[1]}",
        "{\"manifests\":[{}]}",
        "{\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"../../x\",\"size\":0}]}",
        "{\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"x:y\",\"size\":-1}]}",
        "{\"manifests\":[],\"manifests\":[]}",
        "{\"manifests\":[]}{\"manifests\":[]}",
      })
  void refuses(String text) {
    Failures.expect(ErrorCode.PROTOCOL, () -> parse(text));
  }

  @Test
  void damagedIndexesGiveOrdinaryFailures() {
    Random random = new Random(13);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = FOREIGN.getBytes(UTF_8);
      for (int d = 0; d <= random.nextInt(3); d++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        LayoutIndex index = LayoutIndex.parse(bytes, "noise");
        index.withName("a:1", ONE).bytes();
        index.names();
      } catch (FlintException e) {
        assertEquals(ErrorCode.PROTOCOL, e.code(), e::toString);
      }
    }
  }

  @Test
  void whatNobodyHasNamedYetIsRetiredUntilSomebodyDoes() throws FlintException {
    LayoutIndex made = LayoutIndex.empty().withUnclaimed(ONE);
    assertTrue(LayoutIndex.isRetired(made.entries().get(0)));
    assertEquals(
        List.of("a:1"), made.withMoved("a:1", ONE).withoutRetired(Set.of(ONE.digest())).names());
    LayoutIndex named = LayoutIndex.empty().withName("a:1", ONE);
    assertSame(named, named.withUnclaimed(ONE));
    LayoutIndex moved = named.withMoved("a:1", TWO);
    assertEquals(Optional.of(TWO), moved.find("a:1"));
    assertTrue(moved.entries().stream().anyMatch(entry -> entry.digest().equals(ONE.digest())));
  }
}
