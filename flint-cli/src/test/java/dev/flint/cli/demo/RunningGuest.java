package dev.flint.cli.demo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Peers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A guest under QEMU whose serial line is read while it runs; closing it ends it. */
final class RunningGuest implements AutoCloseable {
  private final Process process;
  private final BufferedReader serial;
  private final Path sockets;

  private RunningGuest(Process process, Path sockets) {
    this.process = process;
    this.serial =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1));
    this.sockets = sockets;
  }

  /** QEMU's command line, without KVM and with nothing that is not needed. */
  static List<String> qemu(List<String> drives) {
    List<String> qemu = new ArrayList<>();
    qemu.add(Peers.require("qemu-system-x86_64").toString());
    qemu.addAll(
        List.of(
            ("-accel tcg -machine pc -m 64M -display none -vga none -no-reboot -nodefaults"
                    + " -nic none -serial stdio -monitor none -device virtio-rng-pci")
                .split(" ", -1)));
    qemu.addAll(drives);
    return qemu;
  }

  static RunningGuest start(List<String> drives) throws IOException {
    // Paths of sockets must be short.
    Path sockets = Files.createTempDirectory("guest");
    List<String> qemu = qemu(drives);
    qemu.addAll(List.of("-qmp", "unix:" + sockets.resolve("qmp") + ",server=on,wait=off"));
    Process process =
        new ProcessBuilder(qemu)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .start();
    return new RunningGuest(process, sockets);
  }

  /** Reads up to a line, which must come. */
  void awaitLine(String line) throws IOException {
    assertTrue(awaitLineOrEnd(line), () -> "the guest ended before it said: " + line);
  }

  /** Whether a line came before the end. */
  boolean awaitLineOrEnd(String line) throws IOException {
    for (String read = serial.readLine(); read != null; read = serial.readLine()) {
      if (read.equals(line)) {
        return true;
      }
    }
    return false;
  }

  /** Gives QEMU a command and waits for the answer, which must be no error. */
  void monitor(String command) throws IOException {
    try (SocketChannel socket =
        SocketChannel.open(UnixDomainSocketAddress.of(sockets.resolve("qmp")))) {
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(socket), StandardCharsets.UTF_8));
      answers.readLine();
      for (String word : List.of("qmp_capabilities", command)) {
        String json = "{\"execute\":\"" + word + "\"}\n";
        socket.write(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
        String answer = answers.readLine();
        while (answer != null && answer.contains("\"event\"")) {
          answer = answers.readLine();
        }
        assertTrue(String.valueOf(answer).contains("\"return\""), answer);
      }
    }
  }

  /** Whether it ended within a minute. */
  boolean awaitEnd() throws InterruptedException {
    return process.waitFor(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    serial.close();
    Files.deleteIfExists(sockets.resolve("qmp"));
    Files.delete(sockets);
  }
}
