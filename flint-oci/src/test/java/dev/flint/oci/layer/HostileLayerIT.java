package dev.flint.oci.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.testing.ChildJvm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers made to fill the memory meet a JVM that has little of it. */
final class HostileLayerIT {
  @ParameterizedTest
  @CsvSource({
    "gnu-long-name,POLICY",
    "gnu-long-link,POLICY",
    "pax-record,POLICY",
    "pax-length,POLICY",
    "global-pax,POLICY",
    "pax-sparse-map,POLICY",
    "headers-without-end,POLICY",
    "gzip-name,POLICY",
    "empty-gzip-members,POLICY",
  })
  void areRefusedInLittleMemory(String kind, String code) {
    assertEquals(code, ChildJvm.run("48m", HostileLayer.class, kind).ok().out());
  }
}
