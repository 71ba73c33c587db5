package dev.flint.build;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.build.file.Kind;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.LayoutIndex;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariantNamesTest {
  private static final Reference WEB = Reference.parse("r.lan/web:1");

  private static String name(Kind kind, Kind... all) throws FlintException {
    return VariantNames.of(WEB, kind, List.of(all)).toString();
  }

  @Test
  void theContainerHasTheNameAndWhoIsAloneToo() throws FlintException {
    assertEquals("r.lan/web:1", name(Kind.CONTAINERD, Kind.CONTAINERD));
    assertEquals("r.lan/web:1", name(Kind.OSV, Kind.OSV));
    assertEquals("r.lan/web:1", name(Kind.CONTAINERD, Kind.OSV, Kind.CONTAINERD));
    assertEquals("r.lan/web:1-osv", name(Kind.OSV, Kind.OSV, Kind.CONTAINERD));
  }

  @Test
  void aTagWithoutRoomIsRefused() {
    Reference longest = Reference.of("r.lan", "web", "x".repeat(126));
    assertThrows(
        FlintException.class,
        () -> VariantNames.of(longest, Kind.OSV, List.of(Kind.OSV, Kind.CONTAINERD)));
  }

  private static Descriptor entry(String text, String... notes) {
    Descriptor descriptor =
        Descriptor.of(MediaType.OCI_MANIFEST, Digest.sha256(text.getBytes(US_ASCII)), 1);
    return notes.length == 0
        ? descriptor
        : descriptor.withAnnotations(
            Map.of(VariantNames.VARIANT, notes[0], VariantNames.BUILD, notes[1]));
  }

  private static String others(LayoutIndex index, String name) throws FlintException {
    VariantNames.Others others = VariantNames.others(index, Reference.parse(name));
    return others.siblings() + " " + others.strangers();
  }

  @Test
  void variantsAreToldByNameAndNotesTogether() throws FlintException {
    LayoutIndex index =
        LayoutIndex.empty()
            .withName("r.lan/web:1-osv", entry("a", "osv", "x"))
            .withName("r.lan/web:1-raw", entry("b"))
            .withName("r.lan/web:2", entry("c", "osv", "x"))
            .withName("r.lan/other:1-osv", entry("d", "osv", "x"))
            .withName("r.lan/web:1", entry("e", "containerd", "x"));
    assertEquals("[r.lan/web:1-osv] []", others(index, "r.lan/web:1"));
    assertEquals("[] []", others(index, "r.lan/web:2"));
    assertEquals("[] [r.lan/other:1-osv]", others(index, "r.lan/other:1"));
  }

  @Test
  void aVariantOfAnEarlierBuildIsAStranger() throws FlintException {
    LayoutIndex index =
        LayoutIndex.empty()
            .withName("r.lan/web:1", entry("e", "containerd", "new"))
            .withName("r.lan/web:1-osv", entry("a", "osv", "old"));
    assertEquals("[] [r.lan/web:1-osv]", others(index, "r.lan/web:1"));
    assertEquals(
        "[] [r.lan/web:1-osv]",
        others(index.withName("r.lan/web:1", entry("pulled")), "r.lan/web:1"));
  }
}
