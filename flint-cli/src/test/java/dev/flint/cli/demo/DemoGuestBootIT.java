package dev.flint.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boots the tiny guest under QEMU, without KVM, and reads its serial line. */
final class DemoGuestBootIT {
  @TempDir Path folder;

  @Test
  void printsItsCommandLineAndPowersOff() throws Exception {
    Path disk = raw("/hello world");
    assertEquals(
        List.of("Flint osv-hello guest", "Cmdline: /hello world", "Powering off."),
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
      })
  void reportsTheStatusThatAWordAsksFor(String commandLine, String status) throws Exception {
    List<String> expected =
        new ArrayList<>(List.of("Flint osv-hello guest", "Cmdline: " + commandLine));
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
    List<String> qemu = new ArrayList<>();
    qemu.add(Peers.require("qemu-system-x86_64").toString());
    qemu.addAll(
        List.of(
            ("-accel tcg -machine pc -m 64M -display none -vga none -no-reboot -nodefaults"
                    + " -nic none -serial stdio -monitor none -device virtio-rng-pci")
                .split(" ", -1)));
    qemu.addAll(drives);
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
