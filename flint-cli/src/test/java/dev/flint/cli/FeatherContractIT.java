package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.qemu.GuestRun;
import dev.flint.agent.qemu.Qemu;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.Reference;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import dev.flint.testing.StargzReader;
import dev.flint.testing.StargzReader.FirstEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The conditions under which the published Feather agent runs an image as OSv, one test each, on an
 * image as a registry gives it back.
 */
class FeatherContractIT {
  @TempDir static Path folder;
  private static DockerRegistry registry;
  private static String reference;
  private static Path disk;
  private static Document document;
  private static JsonObject config;
  private static Path layer;
  private static byte[] tar;

  @BeforeAll
  static void pushAndPull() throws IOException {
    registry = DockerRegistry.start(folder.resolve("registry"));
    reference = registry.host() + "/feather/hello:1.0";
    disk = folder.resolve("disk");
    DemoGuest.writeQcow2(disk, "--verbose /hello.so");
    Cli user = new Cli(Files.createDirectory(folder.resolve("user")));
    user.run("import", "--disk", disk.toString(), reference).ok();
    user.run("push", reference).ok();
    Cli device = new Cli(Files.createDirectory(folder.resolve("device")));
    device.run("pull", reference).ok();
    try (OciLayout store = OciLayout.openOrCreate(device.store())) {
      Descriptor entry = new LayoutImages(store).require(Reference.parse(reference));
      document = store.document(entry);
      Manifest manifest = Manifest.of(document);
      config = JsonObject.parse(store.read(manifest.config()), "config");
      Blob blob = store.require(manifest.layers().get(0));
      layer = blob.file();
      try (InputStream in = new GZIPInputStream(blob.openVerified())) {
        tar = in.readAllBytes();
      }
    }
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  @Test
  void theReferenceIsOneThatRegistriesTake() {
    Command.run("skopeo", "inspect", "--tls-verify=false", "--raw", "docker://" + reference).ok();
  }

  @Test
  void theManifestIsOfTheOciKindAndNoIndex() {
    assertEquals("application/vnd.oci.image.manifest.v1+json", document.mediaType().value());
  }

  @Test
  void theConfigNamesBackendAndHypervisorAtItsTopLevel() throws IOException {
    assertEquals("osv", config.requiredString("fledge.backend"));
    assertEquals("qemu", config.requiredString("fledge.hypervisor"));
    assertEquals("osv", config.requiredString("feather.backend"));
    assertEquals("qemu", config.requiredString("feather.runtime"));
  }

  @Test
  void thePlatformIsOneThatNodesMatch() throws IOException {
    assertEquals("linux", config.requiredString("os"));
    assertEquals("amd64", config.requiredString("architecture"));
    assertFalse(config.has("variant"));
  }

  @Test
  void thereIsExactlyOneLayerOfTypeTarGzip() throws IOException {
    Manifest manifest = Manifest.of(document);
    assertEquals(1, manifest.layers().size());
    assertEquals(
        "application/vnd.oci.image.layer.v1.tar+gzip",
        manifest.layers().get(0).mediaType().value());
  }

  @Test
  void theFirstTarHeaderIsTheDiskItselfAndEndsInQemu() {
    assertEquals("disk.qemu", text(0, 100));
    assertEquals('0', tar[156], "a regular file, no folder and no PAX header");
    assertEquals("ustar", text(257, 6));
  }

  @Test
  void theFirstEntryThatTheAgentsLanguageReadsIsTheDisk() throws IOException {
    StargzReader go = StargzReader.build(Files.createDirectory(folder.resolve("go")));
    assertEquals(
        new FirstEntry("disk.qemu", "0", Files.size(disk), Digest.sha256(Files.readAllBytes(disk))),
        go.first(layer));
  }

  @Test
  void theEntryHoldsTheWholeDisk() throws IOException {
    byte[] expected = Files.readAllBytes(disk);
    assertEquals(expected.length, Long.parseLong(text(124, 12).strip(), 8));
    assertArrayEquals(expected, Arrays.copyOfRange(tar, 512, 512 + expected.length));
  }

  @Test
  void theDiskIsAQcow2ThatTakesAnOverlayAndBootsByBios() throws IOException {
    Path entry = folder.resolve("agent.qemu");
    Files.write(entry, Arrays.copyOfRange(tar, 512, 512 + (int) Files.size(disk)));
    Path overlay = folder.resolve("overlay.qcow2");
    Command.run("qemu-img", "create", "-f", "qcow2", "-F", "qcow2", "-b", entry, overlay).ok();
    Path program = Peers.require("qemu-system-x86_64");
    Qemu qemu = Qemu.find(Map.of("PATH", program.resolveSibling(".").toString())).orElseThrow();
    String console =
        qemu.boot(new GuestRun(overlay, DiskFormat.QCOW2, 64, Duration.ofSeconds(60))).text();
    assertTrue(console.contains("Cmdline: --verbose /hello.so"), console);
  }

  private static String text(int offset, int length) {
    String field = new String(tar, offset, length, StandardCharsets.ISO_8859_1);
    int end = field.indexOf('\0');
    return end < 0 ? field : field.substring(0, end);
  }
}
