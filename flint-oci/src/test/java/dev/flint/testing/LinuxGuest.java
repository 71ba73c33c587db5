package dev.flint.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A disk with a small Linux that a BIOS boots, made of unpacked packages of Debian: kernel and
 * modules, busybox, GRUB. The guest has 10.0.2.15 unless it is told another address, serves HTTP on
 * port 8080 ({@code /} and {@code /cgi-bin/exit?STATUS}), sends datagrams to port 7 back, and
 * powers off on the power button.
 */
public final class LinuxGuest {
  /** Where ./test unpacks the packages. */
  private static final Path PACKAGES = Path.of("/usr/local/share/flint-test/linux");

  /** What the guest says once everything answers. */
  public static final String READY = "guest is ready";

  /** In an order in which each finds what it needs. */
  private static final List<String> MODULES =
      List.of(
          "evdev",
          "button",
          "virtio_ring",
          "virtio",
          "virtio_pci_modern_dev",
          "virtio_pci_legacy_dev",
          "virtio_pci",
          "failover",
          "net_failover",
          "virtio_net",
          "fuse",
          "virtiofs");

  private static final int SECTOR = 512;
  private static final int PARTITION_SECTOR = 2048;
  private static final int PARTITION_TABLE = 446;
  private static final String MENU =
      """
      linux (hd0,msdos1)/vmlinuz console=ttyS0 quiet panic=-1 guest_ip=%s
      initrd (hd0,msdos1)/initrd
      boot
      """;

  private LinuxGuest() {}

  /**
   * Makes the disk.
   *
   * @param file must not exist yet
   */
  public static void writeDisk(Path file) throws IOException {
    writeDisk(file, "10.0.2.15/24");
  }

  /**
   * Makes the disk of a guest with another address.
   *
   * @param file must not exist yet
   * @param address with the length of its network's prefix
   */
  public static void writeDisk(Path file, String address) throws IOException {
    Path kernel = Peers.requireFile(kernels());
    Path work = Files.createTempDirectory("linux-guest");
    try {
      byte[] boot = Files.readAllBytes(PACKAGES.resolve("grub/boot.img"));
      byte[] core = Files.readAllBytes(grub(work, address));
      // GRUB reads an archive as a file system, so none has to be made.
      TarBytes files = new TarBytes();
      files.file("vmlinuz", Files.readAllBytes(kernel));
      files.file("initrd", initrd(work));
      byte[] partition = files.ended();
      ByteBuffer sector = ByteBuffer.wrap(boot).order(ByteOrder.LITTLE_ENDIAN);
      // GRUB's code for floppy disks lies where the table is.
      sector.position(PARTITION_TABLE).put(new byte[SECTOR - 2 - PARTITION_TABLE]);
      sector.position(PARTITION_TABLE).putInt(0x0080).putInt(0x0083);
      sector.putInt(PARTITION_SECTOR).putInt(partition.length / SECTOR);
      try (FileChannel disk =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        disk.write(ByteBuffer.wrap(boot), 0);
        disk.write(ByteBuffer.wrap(core), SECTOR);
        disk.write(ByteBuffer.wrap(partition), (long) PARTITION_SECTOR * SECTOR);
      }
    } finally {
      delete(work);
    }
  }

  private static List<Path> kernels() throws IOException {
    if (!Files.isDirectory(PACKAGES)) {
      return List.of(PACKAGES.resolve("vmlinuz"));
    }
    try (Stream<Path> files = Files.list(PACKAGES)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith("vmlinuz"))
          .toList();
    }
  }

  private static Path grub(Path work, String address) throws IOException {
    Path menu = Files.writeString(work.resolve("menu"), MENU.formatted(address));
    Path core = work.resolve("core.img");
    Command.run(
            PACKAGES.resolve("grub-mkimage"),
            "-O",
            "i386-pc",
            "-d",
            PACKAGES.resolve("grub"),
            "-p",
            "/",
            "-c",
            menu,
            "-o",
            core,
            "biosdisk",
            "part_msdos",
            "tar",
            "linux",
            "boot")
        .ok();
    return core;
  }

  private static byte[] initrd(Path work) throws IOException {
    Cpio cpio = new Cpio();
    for (String folder : List.of("bin", "modules", "www", "www/cgi-bin")) {
      cpio.add(folder, 0040755, new byte[0]);
    }
    cpio.add("init", 0100755, resource("linux-init.sh"));
    cpio.add("bin/busybox", 0100755, Files.readAllBytes(PACKAGES.resolve("busybox")));
    cpio.add("udp-echo", 0100755, udpEcho(work));
    cpio.add("www/index.html", 0100644, "hello from the guest\n".getBytes(StandardCharsets.UTF_8));
    cpio.add("www/cgi-bin/exit", 0100755, resource("linux-exit.sh"));
    List<String> order = new ArrayList<>();
    for (String module : MODULES) {
      Path file = PACKAGES.resolve("modules").resolve(module + ".ko");
      cpio.add("modules/" + module + ".ko", 0100644, Files.readAllBytes(file));
      order.add(module + "\n");
    }
    cpio.add("modules/order", 0100644, String.join("", order).getBytes(StandardCharsets.UTF_8));
    return cpio.end();
  }

  private static byte[] udpEcho(Path work) throws IOException {
    Path source = Files.write(work.resolve("udp-echo.S"), resource("udp-echo.S"));
    Path object = work.resolve("udp-echo.o");
    Path program = work.resolve("udp-echo");
    Command.run("as", "-o", object, source).ok();
    Command.run("ld", "-s", "-o", program, object).ok();
    return Files.readAllBytes(program);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = LinuxGuest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The archive that Linux unpacks at its start (cpio, format newc). */
  private static final class Cpio {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int inode;

    void add(String name, int mode, byte[] content) {
      StringBuilder header = new StringBuilder("070701");
      int[] fields = {++inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, 0};
      for (int field : fields) {
        header.append(String.format("%08x", field));
      }
      out.writeBytes((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
      pad(4);
      out.writeBytes(content);
      pad(4);
    }

    private void pad(int unit) {
      out.writeBytes(new byte[(unit - out.size() % unit) % unit]);
    }

    byte[] end() {
      add("TRAILER!!!", 0, new byte[0]);
      pad(SECTOR);
      return out.toByteArray();
    }
  }
}
