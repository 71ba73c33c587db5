package dev.flint.oci.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.testing.ChildJvm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables made to fill the memory, or to take forever, meet a JVM that has little of it. */
@Timeout(120)
final class HostileTableIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "gnu-long-name,POLICY",
    "pax-record,POLICY",
    "long-table,INTEGRITY",
    "long-end,POLICY",
    "empty-members,POLICY",
    "names,INTEGRITY",
    "names-of-members,INTEGRITY",
    "names-at-the-top,INTEGRITY",
    "long-name,PROTOCOL",
    "long-name-in-an-entry,PROTOCOL",
    "long-number,PROTOCOL",
    "long-number-in-an-entry,PROTOCOL",
    "long-fraction,PROTOCOL",
    "long-text,INTEGRITY",
    "long-text-in-an-entry,PROTOCOL",
    "wide-nesting,INTEGRITY",
    "many-entries,INTEGRITY",
    "blanks,INTEGRITY",
  })
  void areRefusedInLittleMemory(String kind, String code) {
    assertEquals(code, run("48m", kind));
  }

  @Test
  void theMostChunksFitIntoLittleMemory() {
    assertEquals("524288 chunks, INTEGRITY", run("64m", "most-chunks"));
  }

  @Test
  void machinesHaveMoreCoresThanMemory() {
    assertEquals(
        "the same disk",
        ChildJvm.run("128m", ManyThreads.class, folder.resolve("disk")).ok().out());
  }

  private String run(String heap, String kind) {
    return ChildJvm.run(heap, HostileTable.class, kind, folder.resolve("layer")).ok().out();
  }
}
