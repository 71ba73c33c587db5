package dev.flint.capstan.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.RofsTree;
import dev.flint.osv.RofsWriter;
import dev.flint.osv.compose.Roots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostilePackageTest {
  private static final long LIMIT = 4 << 20;

  @TempDir Path folder;

  private FlintException refused(byte[] archive) throws IOException {
    Path file = Files.write(folder.resolve("x.mpm"), archive);
    return assertThrows(
        FlintException.class, () -> MpmArchive.add(RofsTree.layered(), file, LIMIT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/../x", "a/../../x", "a/..", "..", "."})
  void namesThatLeadOut(String name) throws Exception {
    assertEquals(ErrorCode.POLICY, refused(new MpmFixture().file(name, "x").gzipped()).code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "..", "/../x"})
  void linksThatLeadOut(String target) throws Exception {
    assertEquals(ErrorCode.POLICY, refused(new MpmFixture().link("/l", target).plain()).code());
  }

  @ParameterizedTest
  @ValueSource(bytes = {'1', '3', '4', '6', 'S', 'V'})
  void entriesThatAreNoFiles(byte type) throws Exception {
    byte[] archive =
        new MpmFixture()
            .entry("/x", type, new byte[0], entry -> entry.setLinkName("/etc/passwd"))
            .plain();
    assertEquals(ErrorCode.POLICY, refused(archive).code());
  }

  @Test
  void aLinkIsNoWayToAnotherPlace() throws Exception {
    byte[] archive = new MpmFixture().link("/dir", "/etc").file("/dir/passwd", "x").gzipped();
    assertEquals(ErrorCode.POLICY, refused(archive).code());
  }

  @Test
  void bombs() throws Exception {
    MpmFixture large =
        new MpmFixture().entry("/x", TarConstants.LF_NORMAL, new byte[(int) LIMIT], entry -> {});
    assertEquals(ErrorCode.POLICY, refused(large.gzipped()).code());
    MpmFixture headers =
        new MpmFixture()
            .entry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME, new byte[2 << 20], e -> {})
            .file("/x", "x");
    assertEquals(ErrorCode.POLICY, refused(headers.gzipped()).code());
    MpmFixture says =
        new MpmFixture().file("/meta/run.yaml", "a: " + "x".repeat(PackageFile.MAX_BYTES));
    assertEquals(ErrorCode.POLICY, refused(says.gzipped()).code());
  }

  @Test
  void damageIsFoundAndNothingElseHappens() throws Exception {
    byte[] whole =
        new MpmFixture().file("/a", "x".repeat(3000)).folder("/b").file("/b/c", "y").gzipped();
    Random random = new Random(5);
    int failed = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] damaged =
          random.nextBoolean() ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      if (damaged.length > 0) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Path file = Files.write(folder.resolve("x.mpm"), damaged);
      try {
        RofsTree tree = RofsTree.layered();
        MpmArchive.add(tree, file, LIMIT);
        new RofsWriter(tree, LIMIT).write(Channels.newChannel(OutputStream.nullOutputStream()));
      } catch (FlintException e) {
        failed++;
      }
    }
    assertTrue(failed > 1000, "the rounds do no damage");
  }

  @Test
  void anArchiveThatChangesMeanwhileIsAClearFailure() throws Exception {
    Path file = folder.resolve("x.mpm");
    Files.write(file, new MpmFixture().file("/a", "1").gzipped());
    RofsTree tree = RofsTree.layered();
    MpmArchive.add(tree, file, LIMIT);
    assertEquals(Map.of("a", "1"), Roots.texts(tree, folder));
    RofsWriter writer = new RofsWriter(tree, LIMIT);
    Files.write(file, new MpmFixture().file("/a", "2").gzipped());
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    WritableByteChannel target = Channels.newChannel(new ByteArrayOutputStream());
    FlintException e = assertThrows(FlintException.class, () -> writer.write(target));
    assertEquals(ErrorCode.LOCAL_IO, e.code());
  }
}
