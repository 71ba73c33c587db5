package dev.flint.cli;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.testing.MachineFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A row of the table of backends, with files to try it with.
 *
 * @param files by the options that give them
 * @param options in addition
 * @param needs what refusals name; empty where Flint runs it
 */
record MachineRow(String backend, Map<String, byte[]> files, List<String> options, String needs) {
  static List<MachineRow> all() {
    return List.of(
        new MachineRow("osv", Map.of("disk", osv()), List.of(), ""),
        new MachineRow("raw-vm", Map.of("disk", MachineFiles.bootDisk()), List.of(), ""),
        row("unikraft", "kraft", "kernel", MachineFiles.unikraft(), "initrd", initrd()),
        new MachineRow(
            "firecracker",
            Map.of("kernel", MachineFiles.vmlinux(), "rootfs", MachineFiles.rootfs()),
            List.of("--backend", "firecracker"),
            "Firecracker"),
        row(
            "linux-vm",
            "hypervisor",
            "kernel",
            MachineFiles.bzImage(),
            "initrd",
            initrd(),
            "rootfs",
            MachineFiles.rootfs()),
        row("wasm", "wasmtime", "module", MachineFiles.wasmModule()));
  }

  private static byte[] initrd() {
    return MachineFiles.noise(8, 70_000);
  }

  private static MachineRow row(String backend, String needs, Object... files) {
    Map<String, byte[]> map = new LinkedHashMap<>();
    for (int i = 0; i < files.length; i += 2) {
      map.put((String) files[i], (byte[]) files[i + 1]);
    }
    return new MachineRow(backend, map, List.of(), needs);
  }

  private static byte[] osv() {
    try {
      Path file = Files.createTempFile("osv", ".qcow2");
      try {
        Files.delete(file);
        DemoGuest.writeQcow2(file, "/hello.so");
        return Files.readAllBytes(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  boolean isDisk() {
    return files.containsKey("disk");
  }

  /** The length of a file in bytes. */
  int length(String role) {
    return files.getOrDefault(role, new byte[0]).length;
  }

  /** What imports it, with the files written below a folder. */
  String[] importing(Path folder, String reference) throws IOException {
    List<String> words = new ArrayList<>(List.of("import"));
    words.addAll(options);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      words.add("--" + file.getKey());
      words.add(Files.write(folder.resolve(file.getKey()), file.getValue()).toString());
    }
    words.add(reference);
    return words.toArray(new String[0]);
  }

  /** The name of a file in the folder it is unpacked into. */
  static String unpackedName(String role) {
    return role.equals("module") ? "module.wasm" : role;
  }

  @Override
  public String toString() {
    return backend;
  }
}
