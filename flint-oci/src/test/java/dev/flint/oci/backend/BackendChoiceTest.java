package dev.flint.oci.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BackendChoiceTest {
  @ParameterizedTest
  @CsvSource({
    "DISK,   OSV_DISK,       osv",
    "DISK,   PLAIN_DISK,     osv",
    "DISK,   BOOT_DISK,      raw-vm",
    "KERNEL, UNIKRAFT_ELF,   unikraft",
    "KERNEL, LINUX_BZIMAGE,  linux-vm",
    "MODULE, WASM_MODULE,    wasm",
    "MODULE, WASM_COMPONENT, wasm"
  })
  void aFileTellsWhatItIsFor(FileRole role, FileContent content, String backend)
      throws FlintException {
    assertEquals(backend, BackendChoice.of(Optional.empty(), Map.of(role, content)).id());
  }

  @ParameterizedTest
  @CsvSource({
    "LINUX_ELF,   'firecracker, linux-vm'",
    "LINUX_ARM64, 'firecracker, linux-vm'",
    "ELF,         'unikraft, firecracker, linux-vm'"
  })
  void severalCandidatesAreListed(FileContent kernel, String candidates) {
    FlintException e =
        assertThrows(
            FlintException.class,
            () -> BackendChoice.of(Optional.empty(), Map.of(FileRole.KERNEL, kernel)));
    assertEquals(ErrorCode.USAGE, e.code());
    assertTrue(String.valueOf(e.getMessage()).endsWith(candidates), e.getMessage());
    assertTrue(e.remedy().contains("--backend"), e.remedy());
  }

  @ParameterizedTest
  @CsvSource({
    "unikraft,    KERNEL, LINUX_BZIMAGE, UNSUPPORTED",
    "firecracker, KERNEL, LINUX_BZIMAGE, UNSUPPORTED",
    "linux-vm,    KERNEL, WASM_MODULE,   UNSUPPORTED",
    "wasm,        MODULE, ELF,           UNSUPPORTED",
    "raw-vm,      DISK,   PLAIN_DISK,    UNSUPPORTED",
    "raw-vm,      DISK,   OSV_DISK,      UNSUPPORTED",
    "wasm,        KERNEL, WASM_MODULE,   USAGE",
    "firecracker, ROOTFS, PLAIN_DISK,    USAGE",
    "containerd,  DISK,   OSV_DISK,      USAGE"
  })
  void whatABackendDoesNotTakeIsRefused(
      String backend, FileRole role, FileContent content, ErrorCode code) {
    FlintException e =
        assertThrows(
            FlintException.class,
            () -> BackendChoice.of(BackendKind.byId(backend), Map.of(role, content)));
    assertEquals(code, e.code(), e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains(backend), e.getMessage());
  }

  @Test
  void nobodyTakesANoise() {
    FlintException e =
        assertThrows(
            FlintException.class,
            () -> BackendChoice.of(Optional.empty(), Map.of(FileRole.KERNEL, FileContent.DATA)));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
  }

  /**
   * What makes a row a row: a name to find it by, and what it needs where Flint does not run it.
   */
  @ParameterizedTest
  @EnumSource(BackendKind.class)
  void everyRowIsWhole(BackendKind kind) {
    assertEquals(Optional.of(kind), BackendKind.byId(kind.id()));
    assertTrue(kind.isRunHere() == kind.needs().isEmpty());
    for (FileSlot slot : kind.slots()) {
      assertTrue(slot.accepted().containsAll(slot.telling()), kind + " " + slot.role());
    }
    boolean disk = kind.slot(FileRole.DISK).isPresent();
    assertTrue(disk || kind == BackendKind.CONTAINERD || !kind.runtime().isEmpty());
  }
}
