package dev.flint.agent.qemu;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Disks to boot, and instances of them. */
final class Guests {
  /** The assembled guest of the demo, which is laid out as OSv is. */
  private static final Path DEMO =
      Path.of("../flint-cli/src/main/resources/dev/flint/cli/demo/guest.bin");

  /** Says A on COM1 and halts for ever, whatever button is pressed. */
  private static final byte[] HALTING = {
    (byte) 0xba,
    (byte) 0xf8,
    0x03,
    (byte) 0xb0,
    'A',
    (byte) 0xee,
    (byte) 0xfa,
    (byte) 0xf4,
    (byte) 0xeb,
    (byte) 0xfd
  };

  private static final int SECTOR = 512;
  private static final long SIZE = 4L << 20;
  private static final Digest NO_DIGEST = Digest.sha256(new byte[0]);

  private Guests() {}

  /** A raw disk of the demo's guest. */
  static Path demo(Path file, String commandLine) throws IOException {
    byte[] guest = Files.readAllBytes(DEMO);
    try (FileChannel disk = create(file)) {
      disk.write(ByteBuffer.wrap(guest, 0, SECTOR), 0);
      disk.write(ByteBuffer.wrap(commandLine.getBytes(StandardCharsets.US_ASCII)), SECTOR);
      disk.write(ByteBuffer.wrap(guest, SECTOR, guest.length - SECTOR), 128L * SECTOR);
      disk.write(ByteBuffer.allocate(1), SIZE - 1);
    }
    return file;
  }

  /** A sparse raw disk, of any size, whose guest never ends by itself. */
  static Path halting(Path file, long size) throws IOException {
    ByteBuffer sector = ByteBuffer.allocate(SECTOR).put(HALTING);
    sector.put(SECTOR - 2, (byte) 0x55).put(SECTOR - 1, (byte) 0xaa);
    try (FileChannel disk = create(file)) {
      disk.write(sector.rewind(), 0);
      disk.write(ByteBuffer.allocate(1), size - 1);
    }
    return file;
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
  }

  /** An image that was pulled and unpacked to a disk. */
  static PreparedImage image(Path disk, Map<String, String> labels) throws IOException {
    return image(disk, DiskFormat.RAW, Files.size(disk), labels);
  }

  static PreparedImage image(Path disk, DiskFormat format, long size, Map<String, String> labels)
      throws IOException {
    JsonObject config =
        JsonObject.empty()
            .with("architecture", "amd64")
            .with("os", "linux")
            .with("config", JsonObject.empty().withMap("Labels", labels));
    return new PreparedImage(
        NO_DIGEST,
        ImageConfig.parse(config.bytes(), NO_DIGEST),
        new PreparedImage.Disk(disk, format, NO_DIGEST, size));
  }

  static InstanceFolder folder(Path root, String id) {
    return new InstanceFolder(new InstanceId(id), root.resolve(id), root.resolve("sockets"));
  }

  /** A wish for a guest. */
  static final class Wish {
    private List<String> args = List.of();
    private Map<String, String> env = Map.of();
    private Resources resources = new Resources(0, 64 << 20);
    private Network network = new Network.None();
    private List<PortForward> ports = List.of();
    private List<Mount> mounts = List.of();

    Wish args(String... words) {
      args = List.of(words);
      return this;
    }

    Wish env(Map<String, String> more) {
      env = more;
      return this;
    }

    Wish resources(Resources some) {
      resources = some;
      return this;
    }

    Wish network(Network one, PortForward... forwards) {
      network = one;
      ports = List.of(forwards);
      return this;
    }

    Wish mounts(Mount... some) {
      mounts = List.of(some);
      return this;
    }

    InstanceSpec of(String id) {
      return new InstanceSpec(
          new InstanceId(id),
          "example.org/guest:1",
          List.of(),
          args,
          env,
          "",
          resources,
          network,
          ports,
          mounts,
          RestartRule.NEVER,
          Duration.ofSeconds(10),
          Map.of());
    }
  }
}
