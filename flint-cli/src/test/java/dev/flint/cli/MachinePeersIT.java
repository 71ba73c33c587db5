package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Document;
import dev.flint.oci.foreignimage.ForeignFixtures;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import dev.flint.testing.MachineFiles;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are no plain disks, through the hands of other tools. */
class MachinePeersIT {
  @TempDir Path folder;
  private Cli user;

  @BeforeEach
  void user() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
  }

  private void throughSkopeo(String reference) {
    user.run("push", reference).ok();
    Command.run(
            Peers.require("skopeo"),
            "copy",
            "--all",
            "--preserve-digests",
            "--src-tls-verify=false",
            "docker://" + reference,
            "oci:" + folder.resolve("theirs") + ":x")
        .ok();
    String digest = user.run("copy", "oci:" + folder.resolve("theirs") + ":x", "store:back:1").ok();
    assertTrue(
        user.run("digest", reference).ok().endsWith(digest.substring(digest.indexOf('@') + 1)));
  }

  @Test
  void skopeoCopiesImagesOfSeveralFilesAndModules() throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
      for (int index : new int[] {4, 5}) {
        MachineRow row = MachineRow.all().get(index);
        String reference = registry.host() + "/peer/" + row.backend() + ":1";
        user.run(row.importing(folder, reference)).ok();
        throughSkopeo(reference);
        Path out = folder.resolve("out-" + row.backend());
        user.run("unpack", "back:1", "--to", out.toString()).ok();
        for (Map.Entry<String, byte[]> file : row.files().entrySet()) {
          Path path =
              row.files().size() == 1 ? out : out.resolve(MachineRow.unpackedName(file.getKey()));
          assertArrayEquals(file.getValue(), Files.readAllBytes(path));
        }
      }
      Path module = Files.write(folder.resolve("m.wasm"), MachineFiles.wasmModule());
      String artifact = registry.host() + "/peer/artifact:1";
      user.run("import", "--module", module.toString(), "--wasm-artifact", artifact).ok();
      throughSkopeo(artifact);
      Path out = folder.resolve("out.wasm");
      user.run("unpack", "back:1", "--to", out.toString()).ok();
      assertEquals(-1, Files.mismatch(module, out));
    }
  }

  @Test
  void skopeoCopiesAKraftPackageAfterFlintHas() throws IOException {
    Path layoutFolder = folder.resolve("kraft");
    Document index;
    try (OciLayout layout = OciLayout.openOrCreate(layoutFolder)) {
      index =
          new ForeignFixtures(layout).kraft(MachineFiles.unikraft(), MachineFiles.noise(8, 9000));
      layout.tag("x", index.descriptor());
    }
    try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
      String reference = registry.host() + "/peer/kraft:1";
      user.run("copy", "oci:" + layoutFolder + ":x", reference).ok();
      user.run("pull", reference, "--all-platforms").ok();
      throughSkopeo(reference);
      Path out = folder.resolve("kernel");
      user.run("unpack", "back:1", "--only", "kernel", "--to", out.toString()).ok();
      assertArrayEquals(MachineFiles.unikraft(), Files.readAllBytes(out));
    }
  }

  /**
   * What KubeVirt demands of a containerDisk (docs/format.md cites it): one entry in {@code /disk},
   * a plain file that the account 107 can read, qcow2 without a backing file or raw.
   */
  @Test
  void aContainerDiskIsOneForKubeVirtAndAnImageForTheAgent() throws IOException {
    Path disk = folder.resolve("disk.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
    user.run("import", "--disk", disk.toString(), "--containerdisk", "cd:1").ok();
    user.run("copy", "store:cd:1", "oci:" + folder.resolve("layout") + ":x").ok();
    Path bundle = folder.resolve("bundle");
    Command.run(
            Peers.require("umoci"), "unpack", "--image", folder.resolve("layout") + ":x", bundle)
        .ok();

    Path diskFolder = bundle.resolve("rootfs/disk");
    List<Path> files;
    try (Stream<Path> entries = Files.list(diskFolder)) {
      files = entries.toList();
    }
    assertEquals(1, files.size(), files.toString());
    assertTrue(Files.isRegularFile(files.get(0)));
    assertEquals(-1, Files.mismatch(disk, files.get(0)));
    assertTrue(
        Files.getPosixFilePermissions(files.get(0)).contains(PosixFilePermission.OTHERS_READ));
    assertTrue(
        Files.getPosixFilePermissions(diskFolder).contains(PosixFilePermission.OTHERS_EXECUTE));
    String info =
        Command.run(Peers.require("qemu-img"), "info", "--output=json", files.get(0)).ok().out();
    JsonObject json = JsonObject.parse(info.getBytes(StandardCharsets.UTF_8), "qemu-img info");
    assertEquals("qcow2", json.requiredString("format"));
    assertTrue(!json.has("backing-filename"));

    // The published agent takes the first entry, whose name must end so; a folder first is refused.
    String listed = Command.run("sh", "-c", "gzip -dc \"$0\" | tar -tf -", largest()).ok().out();
    assertEquals(List.of("disk/disk.qemu", "stargz.index.json"), listed.lines().toList());
    Path out = folder.resolve("out");
    user.run("unpack", "cd:1", "--to", out.toString()).ok();
    assertEquals(-1, Files.mismatch(disk, out));
    assertTrue(user.run("inspect", "cd:1").ok().contains("osv"));
    Path vdi = folder.resolve("disk.vdi");
    Command.run("qemu-img", "convert", "-O", "vdi", disk, vdi).ok();
    user.run("import", "--disk", vdi.toString(), "--containerdisk", "cd:2").fails(9);
  }

  private Path largest() throws IOException {
    Path best = folder;
    try (Stream<Path> blobs = Files.list(folder.resolve("layout/blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        best = best.equals(folder) || Files.size(blob) > Files.size(best) ? blob : best;
      }
    }
    return best;
  }
}
