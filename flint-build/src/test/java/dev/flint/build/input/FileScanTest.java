package dev.flint.build.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.build.file.FileRule;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileScanTest {
  @TempDir Path outside;
  private Path folder;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(outside.resolve("build"));
    Files.writeString(outside.resolve("secret"), "secret");
  }

  private static FileRule rule(String source, String target) {
    return new FileRule(source, target, OptionalInt.empty(), OptionalInt.empty(), "");
  }

  private List<String> scan(String source, String target) throws IOException {
    return FileScan.of(folder, rule(source, target)).stream()
        .map(entry -> "%s %o%s".formatted(entry.target(), entry.mode(), entry.folder() ? " d" : ""))
        .toList();
  }

  private Path write(String name, String mode) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void findsFilesInOrderAndKeepsOfTheirModesOnlyWhetherTheyRun() throws IOException {
    write("app/z/run", "rwx------");
    write("app/a", "rw-------");
    Files.createDirectory(folder.resolve("app/empty"));
    assertEquals(
        List.of("/srv 755 d", "/srv/a 644", "/srv/empty 755 d", "/srv/z 755 d", "/srv/z/run 755"),
        scan("app", "/srv"));
    assertEquals(List.of("/bin/run 755"), scan("app/z/run", "/bin/run"));
    assertEquals(List.of("/a 644", "/empty 755 d", "/z 755 d", "/z/run 755"), scan("app", "/"));
  }

  @Test
  void linksBecomeWhatTheyLeadTo() throws IOException {
    write("app/lib.so.1", "rw-r--r--");
    write("shared/deep/x", "rw-r--r--");
    Files.createSymbolicLink(folder.resolve("app/lib.so"), Path.of("lib.so.1"));
    Files.createSymbolicLink(folder.resolve("app/shared"), Path.of("../shared"));
    assertEquals(
        List.of(
            "/srv 755 d",
            "/srv/lib.so 644",
            "/srv/lib.so.1 644",
            "/srv/shared 755 d",
            "/srv/shared/deep 755 d",
            "/srv/shared/deep/x 644"),
        scan("app", "/srv"));
  }

  @Test
  void refusesLinksThatLeaveTheFolderOrGoRound() throws IOException {
    write("app/a", "rw-r--r--");
    Path link = folder.resolve("app/link");
    for (Path target :
        List.of(
            Path.of("../../secret"), outside.resolve("secret"), Path.of("none"), Path.of(".."))) {
      Files.createSymbolicLink(link, target);
      String source = target.toString().equals("..") ? "." : "app";
      FlintException failure = assertThrows(FlintException.class, () -> scan(source, "/srv"));
      assertEquals(ErrorCode.POLICY, failure.code(), target.toString());
      assertTrue(FlintException.line(failure).contains("app/link"), FlintException.line(failure));
      Files.delete(link);
    }
  }

  @Test
  void aRelativeSourceStaysInTheFolderAndAnAbsoluteOneNeedNot() throws IOException {
    FlintException failure = assertThrows(FlintException.class, () -> scan("../secret", "/secret"));
    assertEquals(ErrorCode.POLICY, failure.code());
    Files.createSymbolicLink(folder.resolve("way"), Path.of(".."));
    assertEquals(
        ErrorCode.POLICY,
        assertThrows(FlintException.class, () -> scan("way/secret", "/secret")).code());
    assertEquals(List.of("/secret 644"), scan(outside.resolve("secret").toString(), "/secret"));
  }

  @Test
  void linksOfAnAbsoluteSourceStayInThatSource() throws IOException {
    Path jre = Files.createDirectory(outside.resolve("jre"));
    Files.writeString(jre.resolve("LICENSE"), "x");
    Files.createSymbolicLink(jre.resolve("inner"), Path.of("LICENSE"));
    assertEquals(
        List.of("/jre 755 d", "/jre/LICENSE 644", "/jre/inner 644"), scan(jre.toString(), "/jre"));
    Files.createSymbolicLink(jre.resolve("outer"), Path.of("../secret"));
    assertThrows(FlintException.class, () -> scan(jre.toString(), "/jre"));
  }

  @Test
  void saysWhatIsMissingAndWhatCannotBe() throws IOException {
    assertEquals(
        ErrorCode.NOT_FOUND,
        assertThrows(FlintException.class, () -> scan("none", "/none")).code());
    write("file", "rw-r--r--");
    assertEquals(
        ErrorCode.USAGE, assertThrows(FlintException.class, () -> scan("file", "/")).code());
    write("app/bad\u0007name", "rw-r--r--");
    assertEquals(
        ErrorCode.POLICY, assertThrows(FlintException.class, () -> scan("app", "/")).code());
  }
}
