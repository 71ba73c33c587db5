package dev.flint.capstan.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.compose.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapstanFileTest {
  @TempDir Path folder;

  private PackageRoot add(String yaml) throws IOException {
    Files.writeString(folder.resolve("Capstanfile"), yaml);
    PackageRoot root = new PackageRoot(new PackageRepository(folder), Set.of());
    root.addCapstanFile(CapstanFile.read(folder).orElseThrow());
    return root;
  }

  @Test
  void itsFilesGoWhereItSays() throws Exception {
    Files.createDirectories(folder.resolve("ROOTFS/etc"));
    Files.writeString(folder.resolve("ROOTFS/etc/conf"), "c");
    Files.createDirectories(folder.resolve("target/libs"));
    Files.writeString(folder.resolve("target/app.jar"), "jar");
    Files.writeString(folder.resolve("target/libs/a"), "a");
    PackageRoot root =
        add(
            """
            base: cloudius/osv-base
            cmdline: /java.so -jar /app.jar
            build: make
            files:
              /app.jar: target/&
              /opt/libs: target/libs
            """);
    assertEquals(
        Map.of(
            "etc", "/",
            "etc/conf", "c",
            "app.jar", "jar",
            "opt", "/",
            "opt/libs", "/",
            "opt/libs/a", "a"),
        Roots.texts(root.tree(), folder));
    assertEquals("/java.so -jar /app.jar", root.commandLine(List.of()).text());
    assertEquals("cloudius/osv-base", CapstanFile.read(folder).orElseThrow().base());
  }

  @Test
  void aFolderWithoutOneHasNone() throws Exception {
    assertEquals(Optional.empty(), CapstanFile.read(folder));
  }

  @Test
  void aFileThatIsNotThereIsNamedWithWhatMakesIt() {
    FlintException e =
        assertThrows(
            FlintException.class, () -> add("cmdline: /a\nbuild: make all\nfiles: {/a: a}\n"));
    assertEquals(ErrorCode.NOT_FOUND, e.code());
    assertTrue(e.remedy().contains("make all"), e.remedy());
  }

  @Test
  void filesOfOthersAreRefused() throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/hostname"));
    for (String source : new String[] {"/etc/hostname", "../x", "link", "a/../../x"}) {
      FlintException e =
          assertThrows(
              FlintException.class, () -> add("cmdline: /a\nfiles: {/a: '" + source + "'}\n"));
      assertEquals(ErrorCode.POLICY, e.code(), source);
    }
    FlintException e = assertThrows(FlintException.class, () -> add("cmdline: /a\nrootfs: ../\n"));
    assertEquals(ErrorCode.POLICY, e.code());
  }

  @Test
  void whatFlintCannotDoIsSaid() {
    FlintException e =
        assertThrows(FlintException.class, () -> add("cmdline: /a\nrpm-base: {name: x}\n"));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
    assertEquals(
        ErrorCode.PROTOCOL,
        assertThrows(FlintException.class, () -> add("base: x\n")).code(),
        "no cmdline");
  }
}
