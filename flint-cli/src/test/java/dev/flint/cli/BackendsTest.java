package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RegistryServer;
import dev.flint.testing.MachineFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the table of backends, from its files to the registry and back. */
class BackendsTest {
  @TempDir Path folder;
  private Cli user;
  private Cli device;
  private RegistryServer registry;

  @BeforeEach
  void start() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    device = new Cli(Files.createDirectory(folder.resolve("device")));
    registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("registry"));
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  static List<MachineRow> rows() {
    return MachineRow.all();
  }

  private String remote(String name) {
    return "localhost:" + registry.address().getPort() + "/" + name;
  }

  private static JsonObject json(Cli cli, String... words) throws IOException {
    return JsonObject.parse(cli.run(words).ok().getBytes(StandardCharsets.UTF_8), "output");
  }

  private void assertUnpacked(MachineRow row, Path place) throws IOException {
    for (Map.Entry<String, byte[]> file : row.files().entrySet()) {
      Path path =
          row.files().size() == 1 ? place : place.resolve(MachineRow.unpackedName(file.getKey()));
      assertArrayEquals(file.getValue(), Files.readAllBytes(path), path.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachRowGoesToARegistryAndComesBack(MachineRow row) throws IOException {
    String reference = remote("rows/" + row.backend() + ":1");
    user.run(row.importing(folder, reference)).ok();
    user.run("push", reference).ok();
    device.run("pull", reference).ok();

    JsonObject inspected = json(device, "inspect", reference, "--json");
    assertEquals(row.backend(), inspected.requiredString("backend"));
    assertFalse(inspected.requiredString("kind").isEmpty());
    if (!row.isDisk()) {
      Set<String> roles = new HashSet<>();
      for (JsonObject file : inspected.objects("files")) {
        String role = file.requiredString("role");
        roles.add(role);
        assertEquals(row.length(role), file.integer("size").orElseThrow());
      }
      assertEquals(row.files().keySet(), roles);
    }
    assertTrue(device.run("images").ok().contains(row.backend()));

    Path out = folder.resolve("out");
    device.run("unpack", reference, "--to", out.toString()).ok();
    assertUnpacked(row, out);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachRowIsPulledStraightIntoFiles(MachineRow row) throws IOException {
    String reference = remote("straight/" + row.backend() + ":1");
    user.run(row.importing(folder, reference)).ok();
    user.run("push", reference).ok();
    Path out = folder.resolve("out");
    device.run("pull", reference, "--unpack", "--to", out.toString()).ok();
    assertUnpacked(row, out);
    assertEquals(1, device.run("images").ok().lines().count(), "the store has got an image");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatNobodyHereRunsIsRefusedWithWhatItNeeds(MachineRow row) throws IOException {
    if (row.needs().isEmpty()) {
      return;
    }
    String reference = "carried:" + row.backend();
    user.run(row.importing(folder, reference)).ok();
    Cli.Result checked = user.run("check", reference);
    assertEquals(9, checked.exit(), checked.err());
    assertTrue(checked.out().contains(row.backend()), checked.out());
    assertTrue(checked.out().contains(row.needs()), checked.out());
    String refused = user.run("run", reference).fails(125).err();
    assertTrue(refused.contains("is for " + row.backend()), refused);
    assertTrue(refused.contains(row.needs()), refused);
  }

  @Test
  void everyRowIsDocumentedAndHasFilesToTryItWith() throws IOException {
    String format = Files.readString(Path.of("../docs/format.md"));
    String help = user.run("import", "--help").ok();
    Set<String> tried = new HashSet<>();
    rows().forEach(row -> tried.add(row.backend()));
    for (BackendKind kind : BackendKind.values()) {
      assertTrue(format.contains("\n| `" + kind.id() + "` | "), kind.id());
      assertTrue(kind.slots().isEmpty() || help.contains(kind.id()), kind.id());
      assertTrue(kind.slots().isEmpty() || tried.contains(kind.id()), kind.id());
    }
  }

  @Test
  void oneFileOfSeveralIsUnpackedAlone() throws IOException {
    MachineRow row = rows().get(4);
    user.run(row.importing(folder, "vm:1")).ok();
    Path out = folder.resolve("initrd.out");
    user.run("unpack", "vm:1", "--only", "initrd", "--to", out.toString()).ok();
    assertArrayEquals(row.files().get("initrd"), Files.readAllBytes(out));
    String error =
        user.run("unpack", "vm:1", "--only", "module", "--to", out.toString(), "--force")
            .fails(4)
            .err();
    assertTrue(error.contains("kernel, initrd, rootfs"), error);
    user.run("unpack", "vm:1").fails(2);
    // Nothing that is there is overwritten unasked.
    user.run("unpack", "vm:1", "--only", "initrd", "--to", out.toString()).fails(3);
  }

  @Test
  void aFileThatMayBeForSeveralBackendsNeedsABackend() throws IOException {
    Path kernel = Files.write(folder.resolve("vmlinux"), MachineFiles.vmlinux());
    String error = user.run("import", "--kernel", kernel.toString(), "x:1").fails(2).err();
    assertTrue(error.contains("firecracker, linux-vm"), error);
    user.run("import", "--backend", "unikraft", "--kernel", kernel.toString(), "x:1").fails(9);
    user.run("import", "--backend", "linux-vm", "--rootfs", kernel.toString(), "x:1").fails(10);
    user.run("import", "--backend", "sauce", "--kernel", kernel.toString(), "x:1").fails(2);
    user.run("import", "--kernel", folder.resolve("none").toString(), "x:1").fails(4);
    user.run("import", "--kernel", kernel.toString(), "--disk", kernel.toString(), "x:1").fails(2);
  }

  @Test
  void aModuleIsAnArtifactWhenAsked() throws IOException {
    byte[] component =
        MachineFiles.wasmComponent(List.of("wasi:cli/stdout@0.2.0"), List.of("a:b/run@0.1.0"));
    Path module = Files.write(folder.resolve("m"), component);
    String reference = remote("wasm:1");
    user.run("import", "--module", module.toString(), "--wasm-artifact", reference, "-m", "64")
        .fails(2);
    user.run("import", "--module", module.toString(), "--wasm-artifact", reference).ok();
    user.run("push", reference).ok();
    JsonObject manifest = json(user, "manifest", "get", reference);
    JsonObject config = manifest.object("config").orElseThrow();
    assertEquals("application/vnd.wasm.config.v0+json", config.requiredString("mediaType"));
    JsonObject layer = manifest.objects("layers").get(0);
    assertEquals("application/wasm", layer.requiredString("mediaType"));
    JsonObject wasm = json(user, "blob", "get", remote("wasm@" + config.requiredString("digest")));
    assertEquals(
        "{\"created\":\"1970-01-01T00:00:00Z\",\"architecture\":\"wasm\",\"os\":\"wasip2\","
            + "\"layerDigests\":[\""
            + layer.requiredString("digest")
            + "\"],\"component\":{\"exports\":[\"a:b/run@0.1.0\"],"
            + "\"imports\":[\"wasi:cli/stdout@0.2.0\"]}}",
        new String(wasm.bytes(), StandardCharsets.UTF_8));

    device.run("pull", reference).ok();
    JsonObject inspected = json(device, "inspect", reference, "--json");
    assertEquals("a Wasm OCI artifact", inspected.requiredString("kind"));
    Path out = folder.resolve("out.wasm");
    device.run("unpack", reference, "--to", out.toString()).ok();
    assertArrayEquals(component, Files.readAllBytes(out));
    Cli.Result checked = device.run("check", reference);
    assertEquals(9, checked.exit());
    assertTrue(checked.out().contains("does not run"), checked.out());
  }

  @Test
  void whereOneFileIsInTheWayNoneIsWritten() throws IOException {
    MachineRow row = rows().get(4);
    user.run(row.importing(folder, "vm:1")).ok();
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.writeString(out.resolve("rootfs"), "mine");
    user.run("unpack", "vm:1", "--to", out.toString()).fails(3);
    assertEquals("mine", Files.readString(out.resolve("rootfs")));
    assertFalse(Files.exists(out.resolve("kernel")));
  }

  @Test
  void aPullOfFilesGoesOnBehindThoseThatAreThere() throws IOException {
    MachineRow row = rows().get(4);
    String reference = remote("cut:1");
    user.run(row.importing(folder, reference)).ok();
    user.run("push", reference).ok();
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.write(out.resolve("kernel"), MachineFiles.bzImage());
    device.run("pull", reference, "--unpack", "--to", out.toString()).ok();
    assertUnpacked(row, out);
    Files.delete(out.resolve("rootfs"));
    Files.writeString(out.resolve("kernel"), "mine");
    device.run("pull", reference, "--unpack", "--to", out.toString()).fails(3);
    assertFalse(Files.exists(out.resolve("rootfs")));
  }

  @Test
  void noOptionIsLostWithoutAWord() throws IOException {
    String module = Files.write(folder.resolve("m"), MachineFiles.wasmModule()).toString();
    String disk = Files.write(folder.resolve("d"), MachineFiles.bootDisk()).toString();
    user.run("import", "--module", module, "x:1", "--rewrite").fails(2);
    user.run("import", "--module", module, "--wasm-artifact", "x:1", "--arch", "amd64").fails(2);
    user.run("import", "--module", module, "--wasm-artifact", "x:1", "--level", "6").fails(2);
    user.run("import", "--disk", disk, "x:1", "-e", "A=b").fails(2);
    user.run("import", "--disk", disk, "x:1", "-w", "/srv").fails(2);
    user.run("import", "--disk", disk, "x:1").ok();
  }
}
