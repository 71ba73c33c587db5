package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Document;
import dev.flint.oci.foreignimage.ForeignFixtures;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.registry.server.RegistryServer;
import dev.flint.testing.MachineFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of other tools are passed on unharmed, told and unpacked. */
class ForeignImagesTest {
  private static final byte[] KERNEL = MachineFiles.unikraft();
  private static final byte[] INITRD = MachineFiles.noise(8, 40_000);
  private static final byte[] DISK = MachineFiles.bootDisk();
  private static final byte[] MODULE = MachineFiles.wasmModule();

  @TempDir Path folder;
  private Cli device;

  @BeforeEach
  void user() throws IOException {
    device = new Cli(Files.createDirectory(folder.resolve("device")));
  }

  /** All kinds, by the words that inspect calls them. */
  private Map<String, Document> fixtures(Path layoutFolder) throws IOException {
    Map<String, Document> all = new LinkedHashMap<>();
    try (OciLayout layout = OciLayout.openOrCreate(layoutFolder)) {
      ForeignFixtures fixtures = new ForeignFixtures(layout);
      all.put("a kraft package", fixtures.kraft(KERNEL, INITRD));
      all.put("a urunc image", fixtures.urunc(KERNEL, INITRD));
      all.put("a KubeVirt containerDisk", fixtures.containerDisk(DISK));
      all.put("a disk artifact as of Podman machine", fixtures.podmanMachine(DISK, INITRD));
      all.put("a Wasm OCI artifact", fixtures.wasm(MODULE));
      int number = 0;
      for (Document document : all.values()) {
        layout.tag("x" + number++, document.descriptor());
      }
    }
    return all;
  }

  @Test
  void eachGoesThroughARegistryUnharmedAndGivesItsFiles() throws IOException {
    Path layout = folder.resolve("layout");
    Map<String, Document> all = fixtures(layout);
    try (RegistryServer registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            folder.resolve("registry"))) {
      int number = 0;
      for (Map.Entry<String, Document> one : all.entrySet()) {
        String reference = "localhost:" + registry.address().getPort() + "/foreign/x:" + number;
        String digest = one.getValue().digest().toString();
        String copied = device.run("copy", "oci:" + layout + ":x" + number, reference).ok();
        assertTrue(copied.endsWith(digest), copied);
        device.run("pull", reference, "--all-platforms").ok();
        String back =
            device.run("copy", "store:" + reference, "oci:" + folder.resolve("b") + ":y").ok();
        assertTrue(back.endsWith(digest), back);

        JsonObject inspected =
            JsonObject.parse(
                device.run("inspect", reference, "--json").ok().getBytes(StandardCharsets.UTF_8),
                "inspect");
        assertEquals(one.getKey(), inspected.requiredString("kind"));
        Path out = folder.resolve("out" + number);
        device.run("unpack", reference, "--to", out.toString()).ok();
        switch (number) {
          case 0, 1 -> {
            assertArrayEquals(KERNEL, Files.readAllBytes(out.resolve("kernel")));
            assertArrayEquals(INITRD, Files.readAllBytes(out.resolve("initrd")));
          }
          case 2, 3 -> assertArrayEquals(DISK, Files.readAllBytes(out));
          default -> assertArrayEquals(MODULE, Files.readAllBytes(out));
        }
        number++;
      }
      String kraft = "localhost:" + registry.address().getPort() + "/foreign/x:0";
      Cli other = new Cli(Files.createDirectory(folder.resolve("other")));
      String error = other.run("pull", kraft).fails(4).err();
      assertTrue(error.contains("qemu/x86_64"), error);
      other.run("pull", kraft, "--platform", "qemu/x86_64").ok();
      assertTrue(other.run("images").ok().contains("kraft"));
      Path kernel = folder.resolve("kernel");
      other.run("unpack", kraft, "--only", "kernel", "--to", kernel.toString()).ok();
      assertArrayEquals(KERNEL, Files.readAllBytes(kernel));
      Cli.Result checked = other.run("check", kraft);
      assertEquals(9, checked.exit(), checked.err());
      assertTrue(checked.out().contains("kraft package"), checked.out());
    }
  }

  @Test
  void theDiskForAnotherHypervisorIsHadByItsType() throws IOException {
    Path layout = folder.resolve("layout");
    fixtures(layout);
    device.run("copy", "oci:" + layout + ":x3", "store:podman:1").ok();
    Path out = folder.resolve("out");
    device.run("unpack", "podman:1", "--disk-type", "applehv", "--to", out.toString()).ok();
    assertArrayEquals(INITRD, Files.readAllBytes(out));
    device.run("unpack", "podman:1", "--disk-type", "hyperv", "--to", out.toString()).fails(4);
    String other = folder.resolve("other").toString();
    String error =
        device
            .run(
                "unpack",
                "podman:1",
                "--disk-type",
                "qemu",
                "--platform",
                "linux/arm64",
                "--to",
                other)
            .fails(4)
            .err();
    assertTrue(error.contains("arm64"), error);
    device.run("copy", "oci:" + layout + ":x2", "store:one:1").ok();
    device.run("unpack", "one:1", "--disk-type", "qemu", "--to", other).fails(2);
  }
}
