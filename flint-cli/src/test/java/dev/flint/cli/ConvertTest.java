package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.disk.TestDisks;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words of {@code flint convert}, and what it leaves when it fails. */
class ConvertTest {
  private static final byte[] GUEST = TestDisks.guest(3, 2 << 20);

  @TempDir Path folder;
  private Cli user = new Cli(Path.of(""));
  private Path source = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void user() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    source = Files.write(folder.resolve("source.vdi"), TestDisks.vdi(GUEST));
    out = Files.createDirectory(folder.resolve("out"));
  }

  private Cli.Result convert(String target, String... options) {
    String[] start = {"convert", source.toString(), out.resolve(target).toString()};
    return user.run(Stream.of(start, options).flatMap(Stream::of).toArray(String[]::new));
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.raw, , raw",
    "a.IMG, , raw",
    "a.qcow2, , qcow2",
    "a, , qcow2",
    "a.raw, qcow2, qcow2",
    "a.vmdk, raw, raw"
  })
  void theNameTellsTheFormatUnlessItIsChosen(String name, String chosen, String made)
      throws IOException {
    String[] options = chosen == null ? new String[0] : new String[] {"-O", chosen};
    assertEquals(out.resolve(name).toString(), convert(name, options).ok());
    assertArrayEquals(GUEST, TestDisks.guestOf(out.resolve(name)));
    String json =
        user.run("convert", "" + out.resolve(name), "" + folder.resolve("b"), "--json").ok();
    JsonObject document = JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "output");
    JsonObject from = document.object("source").orElseThrow();
    assertEquals(made, from.string("format").orElseThrow());
    assertEquals(GUEST.length, from.integer("virtualSize").orElseThrow());
    JsonObject to = document.object("target").orElseThrow();
    assertEquals("qcow2", to.string("format").orElseThrow());
    assertEquals(Files.size(folder.resolve("b")), to.integer("fileSize").orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "a.vmdk, -f, vdi",
    "a.vbox, -f, vdi",
    "a.raw, -c, --force",
    "a.raw, --cluster-size, 4k",
    "a, --cluster-size, 3k",
    "a, --cluster-size, 4M",
    "a, --cluster-size, 256",
    "a, --compression-type, zstd",
    "a, -O, vmdk",
    "a, -f, vhdx"
  })
  void refusesWhatDoesNotGoTogether(String name, String option, String value) throws IOException {
    convert(name, option, value).fails(2);
    assertEquals(List.of(), left());
  }

  @Test
  void aSourceThatIsNotWhatItIsSaidToBeIsRefused() throws IOException {
    convert("a", "-f", "qcow2").fails(9);
    convert("a", "-f", "raw").fails(10);
    assertEquals(List.of(), left());
  }

  @Test
  void nothingIsReplacedUnlessForced() throws IOException {
    Path old = Files.writeString(out.resolve("a"), "old");
    assertTrue(convert("a").fails(3).err().contains("--force"));
    assertEquals("old", Files.readString(old));
    convert("a", "--force").ok();
    assertArrayEquals(GUEST, TestDisks.guestOf(old));
  }

  @Test
  void theSourceIsNeverTheTarget() throws IOException {
    byte[] before = Files.readAllBytes(source);
    String path = source.toString();
    user.run("convert", path, path, "--force", "-O", "qcow2").fails(2);
    Path link = Files.createLink(out.resolve("link"), source);
    convert("link", "--force").fails(2);
    Files.delete(link);
    Files.createSymbolicLink(link, source);
    convert("link", "--force").fails(2);
    assertArrayEquals(before, Files.readAllBytes(source));
  }

  @Test
  void aMissingSourceAndAFolderAreNamed() {
    user.run("convert", "none.raw", out.resolve("a").toString()).fails(4);
    user.run("convert", out.toString(), out.resolve("a").toString()).fails(9);
  }

  /** A hypervisor that guesses formats would open what the guest wrote. */
  @Test
  void aRawDiskIsNotMadeOfAGuestThatWroteAnotherFormat() throws IOException {
    byte[] nested = TestDisks.qcow2(3, GUEST);
    Files.write(source, TestDisks.qcow2(3, nested));
    assertTrue(convert("a.raw").fails(10).err().contains("make a qcow2"));
    assertEquals(List.of(), left());
    convert("a.qcow2").ok();
  }

  /** E17, the output of a conversion. */
  @Test
  void aFullDiskLeavesNothing() throws Exception {
    DemoGuest.writeRaw(folder.resolve("demo.raw"), "/hello.so");
    Files.write(source, noise(4 << 20));
    for (String target : List.of("a.raw", "a.qcow2")) {
      Process convert =
          user.startWithFileLimit(
              1024, "convert", source.toString(), out.resolve(target).toString());
      assertEquals(3, convert.waitFor(), user::childLog);
      assertEquals(List.of(), left());
    }
  }

  /** Compressing takes long enough for it to be killed on the way. */
  @Test
  @Timeout(120)
  void aKilledConversionLeavesNothingInSightAndTheNextOneCleansUp() throws Exception {
    Files.write(source, noise(32 << 20));
    Path target = out.resolve("a.qcow2");
    try (WatchService watch = out.getFileSystem().newWatchService()) {
      out.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      Process convert =
          user.start(
              List.of("-XX:+UseSerialGC"), "convert", "-c", source.toString(), target.toString());
      WatchKey begun = watch.take();
      convert.destroyForcibly().waitFor();
      assertEquals(1, begun.pollEvents().size(), user::childLog);
    }
    assertFalse(Files.exists(target), user::childLog);
    convert("a.qcow2").ok();
    assertEquals(List.of(target), left());
  }

  private static byte[] noise(int size) {
    byte[] noise = new byte[size];
    new Random(size).nextBytes(noise);
    return noise;
  }

  @Test
  void anEmptyDiskIsNotMadeRaw() throws IOException {
    Files.write(source, TestDisks.qcow2(3, new byte[0]));
    String error = convert("a.raw").fails(9).err();
    assertTrue(error.contains("guest's disk is empty"), error);
    assertEquals(List.of(), left());
    convert("a.qcow2").ok();
  }
}
