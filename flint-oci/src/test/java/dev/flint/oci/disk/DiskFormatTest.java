package dev.flint.oci.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class DiskFormatTest {
  @ParameterizedTest
  @CsvSource({
    "qcow2, disk.qemu, qemu, .qemu",
    "raw, disk.raw, qemu, .raw",
    "vdi, disk.vbox, virtualbox, .vbox",
    "vmdk, disk.vmw, vmware, .vmw"
  })
  void hasTheNamesOfTheImageFormat(String id, String entry, String runtime, String suffix) {
    DiskFormat format = DiskFormat.byId(id).orElseThrow();
    assertEquals(entry, format.entryName());
    assertEquals(runtime, format.runtime());
    assertEquals(suffix, format.capstanSuffix());
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsId(DiskFormat format) {
    assertEquals(format, DiskFormat.byId(format.id()).orElseThrow());
  }

  @Test
  void knowsNoOtherId() {
    assertTrue(DiskFormat.byId("QCOW2").isEmpty());
    assertTrue(DiskFormat.byId("../x").isEmpty());
  }
}
