package dev.flint.cli.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.GuestReader;
import dev.flint.oci.disk.Qcow2Overlay;
import dev.flint.osv.LaunchLine;
import dev.flint.osv.LaunchWish;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.OsvConsole;
import dev.flint.osv.OsvDisk;
import dev.flint.osv.OsvEnd;
import dev.flint.osv.RofsTree;
import dev.flint.osv.RofsWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boots the tiny guest under QEMU, without KVM, and reads its serial line. */
final class DemoGuestBootIT {
  private static final String ALONE = "No second drive.";

  @TempDir Path folder;

  @Test
  void printsItsCommandLineAndPowersOff() throws Exception {
    Path disk = raw("/hello world");
    assertEquals(
        List.of("Flint osv-hello guest", "Cmdline: /hello world", ALONE, "Powering off."),
        boot(virtio(disk, 0)));
  }

  @Test
  void printsTheLongestCommandLine() throws Exception {
    String longest = "x".repeat(DemoGuest.MAX_COMMAND_LINE);
    assertEquals("Cmdline: " + longest, boot(virtio(raw(longest), 0)).get(1));
  }

  @Test
  void printsTheStartOfASecondDrive() throws Exception {
    Path second = Files.write(folder.resolve("second.raw"), secondDrive());
    List<String> drives = new ArrayList<>(virtio(raw("/hello"), 0));
    drives.addAll(virtio(second, 1));
    assertEquals("Drive 2: key=value.text.", boot(drives).get(2));
  }

  /** U22: device numbering. */
  @Test
  void printsTheFilesOfEveryFurtherDrive() throws Exception {
    RofsTree tree = new RofsTree();
    tree.file("app.conf", "key=value\nother=1\n".getBytes(StandardCharsets.US_ASCII));
    tree.file("sub/long", "x".repeat(1100).getBytes(StandardCharsets.US_ASCII));
    tree.file("empty", new byte[0]);
    tree.link("link", "app.conf");
    RofsTree other = new RofsTree();
    other.file("token", "\u001bsecret\u007f".getBytes(StandardCharsets.US_ASCII));
    List<String> drives = new ArrayList<>(virtio(raw("/hello"), 0));
    drives.addAll(virtio(rofs("a", tree), 1));
    drives.addAll(virtio(rofs("b", other), 2));
    List<String> lines = boot(drives);
    assertEquals(
        List.of(
            "Drive 2: ROFS",
            "File app.conf:",
            "key=value",
            "other=1",
            "File empty:",
            "File long:",
            "x".repeat(1100),
            "Drive 3: ROFS",
            "File token:",
            ".secret.",
            "Powering off."),
        lines.subList(2, lines.size()));
  }

  @Test
  void bootsWithAComposedLineThroughAnOverlay() throws Exception {
    Path base = folder.resolve("base.qcow2");
    DemoGuest.writeQcow2(base, "--env=A=1 /hello and a longer line than the other");
    byte[] before = Files.readAllBytes(base);
    Path overlay = folder.resolve("overlay.qcow2");
    try (FileChannel channel = FileChannel.open(base);
        FileChannel target =
            FileChannel.open(overlay, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      DiskInfo info = DiskProbe.probe(channel, "base");
      GuestReader guest = GuestReader.open(channel, info);
      OsvCommandLine line =
          LaunchLine.compose(
              OsvDisk.read(guest, info).commandLine().orElseThrow(),
              ImageConfig.parse(new byte[] {'{', '}'}, Digest.sha256(new byte[0])),
              new LaunchWish(List.of(), List.of("--exit", "5"), Map.of("B", "2 3"), "", List.of()));
      SortedMap<Long, byte[]> patches = new TreeMap<>();
      patches.put((long) OsvDisk.LINE_AT, OsvDisk.lineArea(line));
      Qcow2Overlay.write(target, base, info.format(), guest, patches);
    }
    List<String> drive = new ArrayList<>(virtio(overlay, 0));
    drive.replaceAll(word -> word.replace("format=raw", "format=qcow2"));
    List<String> lines = boot(drive);
    assertEquals(
        "Cmdline: --env=A=1 --env=B=2\\ 3 --verbose --power-off-on-abort /hello --exit 5",
        lines.get(1));
    assertEquals(5, OsvConsole.endOf(String.join("\n", lines)).code());
    assertArrayEquals(before, Files.readAllBytes(base));
  }

  @Test
  void abortsAsOsvDoes() throws Exception {
    List<String> lines = boot(virtio(raw("/hello --abort --exit 3"), 0));
    assertEquals(List.of("Aborted", "", "[backtrace]"), lines.subList(3, lines.size()));
    OsvEnd end = OsvConsole.endOf(String.join("\n", lines));
    assertEquals(new OsvEnd(134, OsvEnd.Kind.CRASHED, "guest crashed: Aborted"), end);
  }

  @Test
  void sleepsUntilThePowerButtonIsPressed() throws Exception {
    try (RunningGuest guest = RunningGuest.start(virtio(raw("/hello --sleep --exit 3"), 0))) {
      guest.awaitLine("Waiting for the power button.");
      guest.monitor("system_powerdown");
      guest.awaitLine("power button");
      guest.awaitLine("program exited with status 3");
      guest.awaitLine("Powering off.");
      assertTrue(guest.awaitEnd());
    }
  }

  @Test
  void hangsWhateverButtonIsPressed() throws Exception {
    try (RunningGuest guest = RunningGuest.start(virtio(raw("/hello --hang"), 0))) {
      guest.awaitLine("Hanging.");
      guest.monitor("system_powerdown");
      guest.monitor("query-status");
      guest.monitor("quit");
      assertFalse(guest.awaitLineOrEnd("Powering off."));
    }
  }

  @Test
  void bootsFromIde() throws Exception {
    Path second = Files.write(folder.resolve("second.raw"), secondDrive());
    List<String> drives =
        List.of(
            "-drive", "file=" + raw("/hello exit=3") + ",if=ide,format=raw",
            "-drive", "file=" + second + ",if=ide,format=raw");
    assertEquals(
        List.of(
            "Flint osv-hello guest",
            "Cmdline: /hello exit=3",
            "Drive 2: key=value.text.",
            "program exited with status 3",
            "Powering off."),
        boot(drives));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "exit=7, 7",
        "/hello  exit=42 more, 42",
        "'/hello \"exit=5\";', 5",
        "/hello exit=1x exit=255, 255",
        "/hello noexit=1, -",
        "/hello exit=, -",
        "/hello exit=-1, -",
        "/hello --exit 9, 9",
        "/hello --exit 0, 0",
        "/hello --exit   12;, 12",
        "/hello --exit, -",
        "/hello --exit x --exit 6, 6",
        "/hello --exits 6, -",
      })
  void reportsTheStatusThatAWordAsksFor(String commandLine, String status) throws Exception {
    List<String> expected =
        new ArrayList<>(List.of("Flint osv-hello guest", "Cmdline: " + commandLine, ALONE));
    if (!status.equals("-")) {
      expected.add("program exited with status " + status);
    }
    expected.add("Powering off.");
    assertEquals(expected, boot(virtio(raw(commandLine), 0)));
  }

  @Test
  void saysThatItsLoaderIsMissing() throws Exception {
    Path disk = raw("/hello");
    byte[] bytes = Files.readAllBytes(disk);
    Arrays.fill(bytes, 65536, 65536 + 512, (byte) 0);
    Files.write(disk, bytes);
    assertEquals(List.of("No second stage."), boot(virtio(disk, 0)));
  }

  private Path raw(String commandLine) throws IOException {
    Path disk = folder.resolve("disk.raw");
    DemoGuest.writeRaw(disk, commandLine);
    return disk;
  }

  private Path rofs(String name, RofsTree tree) throws IOException {
    Path disk = folder.resolve(name);
    try (FileChannel channel =
        FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      new RofsWriter(tree, 1 << 20).write(channel);
    }
    return disk;
  }

  private static byte[] secondDrive() {
    return Arrays.copyOf("key=value\ntext\u0001\0rest".getBytes(StandardCharsets.US_ASCII), 1024);
  }

  private static List<String> virtio(Path disk, int number) {
    String id = "hd" + number;
    return List.of(
        "-device", "virtio-blk-pci,drive=" + id + ",bootindex=" + number,
        "-drive", "file=" + disk + ",if=none,id=" + id + ",format=raw");
  }

  /** The lines of the serial port, whose ends must be CR LF, until the guest powers off. */
  private List<String> boot(List<String> drives) throws IOException, InterruptedException {
    List<String> qemu = RunningGuest.qemu(drives);
    Path serial = folder.resolve("serial.txt");
    Process process =
        new ProcessBuilder(qemu)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(serial.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(serial, StandardCharsets.ISO_8859_1);
    assertTrue(ended, () -> "the guest did not power off within 60 s: " + text);
    assertEquals(0, process.exitValue(), text);
    assertTrue(text.endsWith("\r\n"), text);
    return List.of(text.substring(0, text.length() - 2).split("\r\n", -1));
  }
}
