package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flint compose}, judged by the programs that such disks are for. */
class ComposeIT {
  @TempDir Path home;
  private Cli cli;
  private Path loader;
  private Path root;

  @BeforeEach
  void prepare() throws IOException {
    cli = new Cli(home);
    loader = home.resolve("loader.raw");
    DemoGuest.writeRaw(loader, "/old line");
    root = Files.createDirectories(home.resolve("root/etc")).resolve("..").normalize();
    Files.writeString(root.resolve("etc/app.conf"), "key=value\n");
    byte[] noise = new byte[300_000];
    new Random(1).nextBytes(noise);
    Files.write(root.resolve("app"), noise);
    Files.createSymbolicLink(root.resolve("conf"), Path.of("/etc/app.conf"));
  }

  private Path compose(String name, String... more) {
    Path target = home.resolve(name);
    List<String> words = new ArrayList<>(List.of("-q", "compose", "--root", root.toString()));
    words.addAll(List.of("--loader", loader.toString(), "--cmd", "/hello --exit 5"));
    words.addAll(List.of("--to", target.toString()));
    words.addAll(List.of(more));
    assertEquals(target.toString(), cli.run(words.toArray(new String[0])).ok());
    return target;
  }

  @Test
  void partitionToolsTakeTheTable() {
    Path disk = compose("disk.raw", "--to-format", "raw");
    String dump = Command.run("sfdisk", "-d", disk).ok().out();
    assertTrue(dump.contains("disk.raw2 : start=        4096, size="), dump);
    assertTrue(dump.contains("type=83"), dump);
    assertFalse(dump.contains("disk.raw1"), dump);
    assertEquals("", Command.run("sfdisk", "-V", disk).ok().err());
    String print = Command.run("parted", "-s", disk, "unit", "B", "print").ok().out();
    assertTrue(print.contains("Partition Table: msdos"), print);
    assertTrue(print.contains(" 2      2097152B"), print);
  }

  @Test
  void everyFormatHasTheSameDisk() throws Exception {
    Path raw = compose("disk.raw", "--to-format", "raw");
    Path qcow2 = compose("disk.qcow2");
    Path packed = compose("packed.qcow2", "-c");
    for (Path disk : List.of(qcow2, packed)) {
      Command.run("qemu-img", "check", "-f", "qcow2", disk).ok();
      Command.run("qemu-img", "compare", "-f", "raw", "-F", "qcow2", raw, disk).ok();
    }
    assertEquals(-1, Files.mismatch(qcow2, compose("again.qcow2")));
    loader = Files.copy(qcow2, home.resolve("loader.qcow2"));
    assertEquals(-1, Files.mismatch(qcow2, compose("from-qcow2.qcow2")));
  }

  @Test
  void theGuestBootsAndSaysItsLine() {
    Path disk = compose("disk.qcow2");
    List<String> words =
        new ArrayList<>(
            List.of(
                ("qemu-system-x86_64 -accel tcg -machine pc -m 64M -display none -vga none"
                        + " -no-reboot -nodefaults -nic none -serial stdio -monitor none"
                        + " -device virtio-blk-pci,drive=hd0,bootindex=0 -drive")
                    .split(" ", -1)));
    words.add("file=" + disk + ",if=none,id=hd0,format=qcow2");
    String said = Command.run(words.toArray()).ok().out();
    assertTrue(said.contains("Cmdline: /hello --exit 5\r\n"), said);
    assertTrue(said.contains("program exited with status 5\r\n"), said);
  }

  @Test
  void theExampleComposesImportsBootsAndComesBack() throws Exception {
    cli.addToCapstan("osv-loader", loader, ".qemu");
    Path example = home.resolve("osv-hello");
    Command.run("cp", "-r", "../examples/osv-hello", example).ok();
    Files.writeString(example.resolve("hello"), "program");
    cli.with("SOURCE_DATE_EPOCH", "86400");
    Path disk = cli.capstanImage("osv-hello").resolve("osv-hello.qemu");
    assertEquals(disk.toString(), cli.run("compose", example.toString()).ok());
    assertEquals(
        """
        format_version: "1"
        version: "1.0"
        created: 1970-01-02 00:00
        description: ""
        build: ""
        """,
        Files.readString(disk.resolveSibling("index.yaml")));
    cli.run("import", "osv-hello", "demo/hello:1").ok();
    assertTrue(cli.run("inspect", "demo/hello:1").ok().contains("runscript /run/default;"));
    cli.run("boot-test", "demo/hello:1", "-m", "64m", "--expect", "Cmdline:").ok();
    Path back = home.resolve("back.qcow2");
    cli.run("unpack", "demo/hello:1", "--to", back.toString()).ok();
    assertArrayEquals(Files.readAllBytes(disk), Files.readAllBytes(back));
  }

  @Test
  void aKilledRunLeavesNothingThatIsSeen() throws Exception {
    byte[] noise = new byte[24 << 20];
    new Random(2).nextBytes(noise);
    Files.write(root.resolve("noise"), noise);
    Path out = Files.createDirectory(home.resolve("out"));
    String[] words = {
      "compose",
      "--root",
      root.toString(),
      "--loader",
      loader.toString(),
      "--cmd",
      "/hello",
      "--to",
      out.resolve("disk.qcow2").toString()
    };
    Random random = new Random(3);
    for (int i = 0; i < 5; i++) {
      Process process = cli.start(List.of("-XX:+UseSerialGC"), words);
      if (!process.waitFor(200 + random.nextInt(1500), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        process.waitFor();
      }
      if (!Files.deleteIfExists(out.resolve("disk.qcow2"))) {
        try (Stream<Path> left = Files.list(out)) {
          assertTrue(left.allMatch(file -> file.toString().endsWith(".flint-partial")));
        }
      }
    }
    cli.run(words).ok();
    Command.run("qemu-img", "check", out.resolve("disk.qcow2")).ok();
    try (Stream<Path> left = Files.list(out)) {
      assertEquals(List.of(out.resolve("disk.qcow2")), left.toList());
    }
  }
}
