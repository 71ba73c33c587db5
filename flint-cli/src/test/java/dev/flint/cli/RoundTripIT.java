package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A disk goes through Flint, docker-registry, skopeo, docker-registry and Flint again, and comes
 * back byte for byte.
 */
class RoundTripIT {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static DockerRegistry registry;

  @BeforeAll
  static void startRegistry() throws IOException {
    registry = DockerRegistry.start(shared.resolve("registry"));
  }

  @AfterAll
  static void stopRegistry() {
    registry.close();
  }

  /** A kind of disk and how a tool other than Flint makes it of a bootable raw disk. */
  record Kind(String name, String suffix, List<String> conversion) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind("qcow2-v2", ".qemu", List.of("-O", "qcow2", "-o", "compat=0.10")),
        new Kind("qcow2-v3", ".qemu", List.of("-O", "qcow2", "-o", "compat=1.1")),
        new Kind("raw", ".raw", List.of("-O", "raw")),
        new Kind("vmdk", ".vmw", List.of("-O", "vmdk", "-o", "subformat=monolithicSparse")),
        new Kind("vdi", ".vbox", List.of("-O", "vdi")));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKindOfDiskComesBackByteForByte(Kind kind) throws IOException {
    Path raw = folder.resolve("raw.img");
    DemoGuest.writeRaw(raw, "--env=A=b /hello.so 1  2");
    addNoise(raw);
    Path disk = folder.resolve("disk");
    List<Object> convert = new ArrayList<>(List.of("qemu-img", "convert", "-f", "raw"));
    convert.addAll(kind.conversion());
    convert.addAll(List.of(raw, disk));
    Command.run(convert.toArray()).ok();
    roundTrip(disk, kind);
  }

  @Test
  void aShortLastSectorComesBackByteForByte() throws IOException {
    Path disk = folder.resolve("short.img");
    DemoGuest.writeRaw(disk, "/hello.so");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(file.length() - 1);
    }
    roundTrip(disk, new Kind("short", ".raw", List.of()));
  }

  private void roundTrip(Path disk, Kind kind) throws IOException {
    Cli developer = new Cli(Files.createDirectory(folder.resolve("developer")));
    Cli device = new Cli(Files.createDirectory(folder.resolve("device")));
    developer.addToCapstan("demo/" + kind.name(), disk, kind.suffix());
    String first = registry.host() + "/first/" + kind.name() + ":1";
    String second = registry.host() + "/second/" + kind.name() + ":1";

    String imported = developer.run("import", "demo/" + kind.name(), first).ok();
    assertEquals(imported, developer.run("push", first).ok());
    Command.run(
            "skopeo",
            "copy",
            "--preserve-digests",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            "docker://" + first,
            "docker://" + second)
        .ok();
    String pulled = device.run("pull", second).ok();
    assertEquals(digest(imported), digest(pulled));

    Path unpacked =
        Path.of(device.run("unpack", second, "--to-capstan", "demo/" + kind.name()).ok());
    assertEquals(device.capstanImage("demo/" + kind.name()), unpacked.getParent());
    assertTrue(unpacked.toString().endsWith(kind.suffix()), unpacked.toString());
    assertEquals(-1, Files.mismatch(disk, unpacked));

    Path file = folder.resolve("out.disk");
    device.run("unpack", second, "--to", file.toString()).ok();
    assertEquals(-1, Files.mismatch(disk, file));

    String config =
        Command.run(
                "skopeo",
                "inspect",
                "--tls-verify=false",
                "--config",
                "--raw",
                "docker://" + second)
            .ok()
            .out();
    assertTrue(config.contains("\"feather.backend\":\"osv\""), config);
    umociUnpacks(device, second);
  }

  /** A second opinion on sizes and diff_ids. */
  private void umociUnpacks(Cli user, String reference) throws IOException {
    Path layout = folder.resolve("umoci");
    Command.run("skopeo", "copy", "oci:" + user.store() + ":" + reference, "oci:" + layout + ":x")
        .ok();
    Path bundle = folder.resolve("bundle");
    Command.run("umoci", "raw", "unpack", "--rootless", "--image", layout + ":x", bundle).ok();
    try (Stream<Path> files = Files.list(bundle)) {
      assertEquals(1, files.filter(f -> f.getFileName().toString().startsWith("disk.")).count());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyCapstanNameIsMappedToAReferenceAndBack(String name) throws IOException {
    Path disk = folder.resolve("disk");
    DemoGuest.writeQcow2(disk, "/hello.so");
    Cli user = new Cli(Files.createDirectory(folder.resolve("user")));
    user.addToCapstan(name, disk, ".qemu");
    String imported = user.run("import", name).ok();
    String reference = imported.substring(0, imported.indexOf('@'));
    Command.run("skopeo", "inspect", "oci:" + user.store() + ":" + reference).ok();

    user.run("unpack", reference).fails(3);
    String unpacked = user.run("unpack", reference, "--force").ok();
    assertEquals(user.capstanImage(name), Path.of(unpacked).getParent());
    assertEquals(-1, Files.mismatch(disk, Path.of(unpacked)));
  }

  static Stream<String> names() {
    return Stream.of(
        "plain",
        "name:v1",
        "UPPER",
        "My.App/Web:2",
        "a.b/c.d",
        "localhost/x",
        "dash-_x",
        "a__b",
        "sp ace",
        "ünïcode/名前");
  }

  private static void addNoise(Path raw) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
      byte[] noise = new byte[700_001];
      new Random(7).nextBytes(noise);
      file.seek(3 << 20);
      file.write(noise);
    }
  }

  private static String digest(String reference) {
    return reference.substring(reference.indexOf('@'));
  }

  /** U6: index.yaml. */
  @Test
  void indexYamlTravelsAlong() throws IOException {
    Path disk = folder.resolve("disk");
    DemoGuest.writeQcow2(disk, "/hello.so");
    Cli user = new Cli(Files.createDirectory(folder.resolve("user")));
    user.addToCapstan("web", disk, ".qemu");
    Path index = user.capstanImage("web").resolve("index.yaml");
    String yaml =
        """
        format_version: "1"
        version: "2.5"
        created: 2026-11-21 01:39
        description: 'a: desc'
        build: make all
        """;
    Files.writeString(index, yaml, StandardCharsets.UTF_8);

    String imported = user.run("import", "web").ok();
    assertTrue(imported.startsWith("web:2.5@sha256:"), imported);
    user.run("unpack", "web:2.5", "--to-capstan", "copy/web").ok();
    assertEquals(
        yaml,
        Files.readString(
            user.capstanImage("copy/web").resolve("index.yaml"), StandardCharsets.UTF_8));
  }
}
