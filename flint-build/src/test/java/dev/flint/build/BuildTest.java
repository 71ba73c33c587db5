package dev.flint.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.build.container.BaseImages;
import dev.flint.build.file.BuildFile;
import dev.flint.build.file.Kind;
import dev.flint.build.input.Entry;
import dev.flint.build.input.Recipe;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.MediaType;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BuildTest {
  private static final BaseImages NO_BASES =
      (location, platform) -> {
        throw new IOException("there are no bases here");
      };

  private static final String BROKEN = "broken";
  private static final String EDITING = "editing";

  @TempDir Path root;
  private BuildSite site;
  private final List<String> guestsMade = new ArrayList<>();

  @BeforeEach
  void site() throws IOException {
    site = new BuildSite(root);
    site.write("app/run", "one");
    site.write("only-osv", "guest");
    site.write(
        "flint.yaml",
        """
        name: r.lan/web:1
        backends: [osv, containerd]
        command: [/srv/run]
        files: {app: /srv}
        """);
  }

  @AfterEach
  void close() throws IOException {
    site.close();
  }

  private void failAfterTheContainer() throws IOException {
    while (site.store().index().entries().isEmpty() && !Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
    throw new IOException("a broken loader");
  }

  /** Stands in for the builder of disks: it depends on a file of its own and on its loader. */
  private final class Guests implements VariantBuilder {
    private final String loader;

    Guests(String loader) {
      this.loader = loader;
    }

    @Override
    public Kind kind() {
      return Kind.OSV;
    }

    @Override
    public Prepared prepare(BuildFile file, Platform platform) {
      return new Prepared() {
        @Override
        public Digest recipe() {
          return new Recipe().with("loader", loader).end();
        }

        @Override
        public List<Entry> inputs() {
          return List.of(new Entry("/x", site.folder().resolve("only-osv"), false, 0644, ""));
        }

        @Override
        public List<String> notes() {
          return List.of();
        }

        @Override
        public Stored build(Path work) throws IOException {
          if (loader.equals(BROKEN)) {
            failAfterTheContainer();
          }
          if (loader.equals(EDITING) && guestsMade.isEmpty()) {
            site.write("only-osv", "edited meanwhile");
          }
          guestsMade.add(platform.toString());
          byte[] layer = Files.readAllBytes(site.folder().resolve("only-osv"));
          JsonObject config =
              TestImages.config(Digest.sha256(layer)).with("architecture", platform.architecture());
          return new Stored(
              TestImages.handMade(site.store(), MediaType.OCI_LAYER_TAR, layer, config), List.of());
        }
      };
    }
  }

  private String run(VariantBuilder guests) throws IOException {
    StringBuilder out = new StringBuilder();
    for (BuiltVariant variant : site.build(NO_BASES, guests)) {
      out.append(variant.kind()).append(variant.built().isEmpty() ? " kept " : " built ");
    }
    return out.toString().strip();
  }

  @Test
  void whatIsEditedMeanwhileIsNotTakenForWhatItWas() throws IOException {
    Guests guests = new Guests(EDITING);
    assertEquals("osv built containerd built", run(guests));
    site.write("only-osv", "guest");
    assertEquals("osv built containerd kept", run(guests));
    assertEquals("osv kept containerd kept", run(guests));
  }

  @Test
  void onlyWhatChangedIsMadeAnew() throws IOException {
    Guests guests = new Guests("1");
    assertEquals("osv built containerd built", run(guests));
    Digest container = site.manifest("r.lan/web:1").document().digest();
    assertEquals("osv kept containerd kept", run(guests));
    site.write("app/run", "two");
    assertEquals("osv kept containerd built", run(guests));
    assertNotEquals(container, site.manifest("r.lan/web:1").document().digest());
    site.write("only-osv", "other");
    assertEquals("osv built containerd kept", run(guests));
    assertEquals("osv built containerd kept", run(new Guests("2")));
    site.write("app/run", "one");
    assertEquals("osv kept containerd built", run(new Guests("2")));
    assertEquals(container, site.manifest("r.lan/web:1").document().digest());
  }

  @Test
  void timesAloneAreNoChangeAndAnEqualSizeAndTimeHidesNone() throws IOException {
    Guests guests = new Guests("1");
    run(guests);
    Path file = site.folder().resolve("app/run");
    Instant before = Files.getLastModifiedTime(file).toInstant();
    site.touch("app/run", Instant.EPOCH);
    assertEquals("osv kept containerd kept", run(guests));
    site.touch("app/run", before);
    site.write("app/run", "six");
    site.touch("app/run", before);
    assertEquals("osv kept containerd built", run(guests));
  }

  @Test
  void whatTheStoreLostIsMadeAnew() throws IOException {
    Guests guests = new Guests("1");
    run(guests);
    site.store().delete(site.manifest("r.lan/web:1").layers().get(0).digest());
    assertEquals("osv kept containerd built", run(guests));
    assertEquals("osv kept containerd kept", run(guests));
  }

  @Test
  void everythingIsMadeAnewOnRequestWithTheSameDigests() throws IOException {
    Guests guests = new Guests("1");
    run(guests);
    Digest container = site.manifest("r.lan/web:1").document().digest();
    BuildRequest request = site.request();
    List<BuiltVariant> built =
        site.build(
            new BuildRequest(
                request.file(), request.names(), request.kinds(), request.platforms(), true),
            NO_BASES,
            guests);
    assertTrue(built.stream().noneMatch(variant -> variant.built().isEmpty()));
    assertEquals(container, site.manifest("r.lan/web:1").document().digest());
  }

  @Test
  void noNameMovesWhenAVariantFails() throws IOException {
    Guests guests = new Guests("1");
    run(guests);
    Digest container = site.manifest("r.lan/web:1").document().digest();
    site.write("app/run", "two");
    Files.delete(site.folder().resolve("only-osv"));
    assertThrows(IOException.class, () -> run(guests));
    assertEquals(container, site.manifest("r.lan/web:1").document().digest());
  }

  @Test
  void eachVariantHasItsNameAndItsNote() throws IOException {
    run(new Guests("1"));
    assertEquals(List.of("/srv/run"), site.config("r.lan/web:1").entrypoint());
    Descriptor guest = site.store().index().find("r.lan/web:1-osv").orElseThrow();
    Descriptor box = site.store().index().find("r.lan/web:1").orElseThrow();
    String build = box.annotation(VariantNames.BUILD).orElseThrow();
    assertEquals(
        Map.of(VariantNames.VARIANT, "osv", VariantNames.BUILD, build), withoutName(guest));
  }

  private static Map<String, String> withoutName(Descriptor entry) throws FlintException {
    Map<String, String> annotations = new TreeMap<>(entry.annotations());
    annotations.remove("org.opencontainers.image.ref.name");
    return annotations;
  }

  @Test
  void severalPlatformsBecomeAnIndexPerVariant() throws IOException {
    site.write(
        "flint.yaml",
        """
        name: r.lan/web:1
        backends: [osv, containerd]
        platforms: [linux/amd64, linux/arm64]
        command: [/srv/run]
        files: {app: /srv}
        """);
    List<BuiltVariant> built = site.build(NO_BASES, new Guests("1"));
    assertEquals(2, guestsMade.size());
    for (BuiltVariant variant : built) {
      List<String> platforms = new ArrayList<>();
      for (Descriptor entry : ImageIndex.of(variant.document()).manifests()) {
        platforms.add(entry.platform().orElseThrow().toString());
      }
      assertEquals(List.of("linux/amd64", "linux/arm64"), platforms);
    }
    assertTrue(site.build(NO_BASES, new Guests("1")).get(0).built().isEmpty());
  }

  @Test
  void whatAKilledBuildLeftIsRemovedAndWhatALivingOneHasStays() throws IOException {
    Path work = Files.createDirectories(root.resolve("home/work"));
    Path dead = Files.createDirectories(work.resolve("1-dead/variant/deep"));
    Files.writeString(dead.resolve("layers.tar"), "x");
    Files.writeString(work.resolve("1-dead/lock"), "");
    Files.createDirectory(work.resolve("1-new"));
    run(new Guests("1"));
    try (var left = Files.list(work)) {
      assertEquals(List.of(work.resolve("1-new")), left.toList());
    }
  }

  @Test
  void aBrokenRecordIsNone() throws IOException {
    Guests guests = new Guests("1");
    run(guests);
    try (var records = Files.list(root.resolve("home/records"))) {
      for (Path record : records.toList()) {
        Files.writeString(record, "{");
      }
    }
    assertEquals("osv built containerd built", run(guests));
  }

  @Test
  @Timeout(60)
  void whatAFailedBuildMadeIsRemovedByTheNextSweep() throws IOException {
    String yaml = Files.readString(site.folder().resolve("flint.yaml"));
    site.write("flint.yaml", yaml.replace("[osv, containerd]", "[containerd, osv]"));
    assertThrows(IOException.class, () -> run(new Guests(BROKEN)));
    Path blobs = root.resolve("home/store/blobs/sha256");
    assertNotEquals(0, BuildSite.count(blobs));
    new GarbageCollector(site.store()).sweep();
    assertEquals(0, BuildSite.count(blobs));
  }

  @Test
  void twoVariantsHaveNoNameInCommon() throws IOException {
    BuildRequest request = site.request();
    List<Reference> names =
        List.of(Reference.parse("r.lan/web:1"), Reference.parse("r.lan/web:1-osv"));
    BuildRequest twice =
        new BuildRequest(request.file(), names, List.of(Kind.OSV), request.platforms(), false);
    for (String name : List.of("check", "run")) {
      FlintException failure =
          assertThrows(
              FlintException.class,
              () -> {
                if (name.equals("check")) {
                  site.check(twice, NO_BASES, new Guests("1"));
                } else {
                  site.build(twice, NO_BASES, new Guests("1"));
                }
              });
      assertEquals(ErrorCode.USAGE, failure.code());
    }
    assertEquals(List.of(), guestsMade);
  }

  @Test
  void aDamagedManifestIsMadeAnew() throws IOException {
    Guests guests = new Guests("1");
    run(guests);
    Path manifest =
        root.resolve("home/store/blobs/sha256")
            .resolve(site.manifest("r.lan/web:1").document().digest().encoded());
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(manifest, bytes);
    assertEquals("osv kept containerd built", run(guests));
  }
}
