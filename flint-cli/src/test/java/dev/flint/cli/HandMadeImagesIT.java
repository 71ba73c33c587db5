package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that people made without Flint are unpacked; those an attacker made are refused. */
class HandMadeImagesIT {
  @TempDir static Path shared;
  @TempDir Path folder;
  private static DockerRegistry registry;
  private static byte[] disk;
  private Cli user;

  @BeforeAll
  static void start() throws IOException {
    registry = DockerRegistry.start(shared.resolve("registry"));
    Path file = shared.resolve("disk.qcow2");
    DemoGuest.writeQcow2(file, "/hello.so");
    disk = Files.readAllBytes(file);
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  @BeforeEach
  void user() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
  }

  private static HandMadeImage fledge() {
    return new HandMadeImage().config("fledge.backend", "osv").config("fledge.hypervisor", "qemu");
  }

  static Stream<HandMadeImage> accepted() {
    byte[] text = "hi".getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        fledge().entry("disk.qemu", '0', disk).gzipped(),
        fledge().entry("some/where/hello.qemu", '0', disk).gzipped(),
        fledge().entry("some/", '5', new byte[0]).entry("some/hello.qemu", '0', disk),
        fledge().entry("disk.qemu", '0', disk),
        fledge().entry("disk.qemu", '0', disk).entry("kernel.elf", '0', text).gzipped(),
        fledge().entry("README", '0', text).entry("x.qcow2", '0', disk),
        new HandMadeImage().config("feather.backend", "osv").entry("./disk.img", '0', disk));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void anImageMadeWithoutFlintPullsAndUnpacks(HandMadeImage image) throws IOException {
    image.write(folder.resolve("layout"));
    assertUnpacks();
  }

  @Test
  void anIndexPullsAndUnpacks() throws IOException {
    fledge().entry("a/disk.qemu", '0', disk).writeIndexed(folder.resolve("layout"));
    assertUnpacks("--all");
  }

  private void assertUnpacks(String... options) throws IOException {
    String reference = pushBySkopeo(options);
    user.run("pull", reference).ok();
    Path unpacked = Path.of(user.run("unpack", reference).ok());
    assertEquals("image.qemu", unpacked.getFileName().toString());
    assertEquals(-1, Files.mismatch(shared.resolve("disk.qcow2"), unpacked));
    assertEquals("osv", backend(reference));
  }

  private String backend(String reference) {
    String json = user.run("inspect", reference, "--json").ok();
    return json.replaceAll("(?s).*\"backend\" : \"([a-z]*)\".*", "$1");
  }

  private String pushBySkopeo(String... options) {
    String reference = registry.host() + "/hand/image:" + folder.getFileName();
    Command.run(
            Stream.of(
                    new String[] {"skopeo", "copy", "--preserve-digests"},
                    options,
                    new String[] {
                      "--dest-tls-verify=false",
                      "oci:" + folder.resolve("layout") + ":x",
                      "docker://" + reference
                    })
                .flatMap(Stream::of)
                .toArray())
        .ok();
    return reference;
  }

  @ParameterizedTest
  @CsvSource({
    "../disk.qemu, 0, 10",
    "/disk.qemu, 0, 10",
    "a/../../disk.qemu, 0, 10",
    "C:\\disk.qemu, 0, 10",
    "disk.qemu, 2, 10",
    "disk.qemu, 1, 10",
    "disk.qemu, 3, 10",
    "disk.qemu, 6, 10",
    "disk.txt, 0, 9",
  })
  void aLayerThatIsNotAPlainDiskIsRefused(String name, char type, int exit) throws IOException {
    byte[] content = type == '0' ? disk : new byte[0];
    fledge().entry(name, type, content).gzipped().write(folder.resolve("layout"));
    String reference = pushBySkopeo();
    user.run("pull", reference).ok();
    user.run("unpack", reference).fails(exit);
    user.run("unpack", reference, "--to", folder.resolve("out").toString()).fails(exit);
    assertFalse(Files.exists(user.capstanImage("hand")));
    assertFalse(Files.exists(folder.resolve("out")));
  }

  /** E4. */
  @Test
  void twoDisksAreRefused() throws IOException {
    fledge().entry("a.qemu", '0', disk).entry("b.qemu", '0', disk).write(folder.resolve("layout"));
    String reference = pushBySkopeo();
    user.run("pull", reference).ok();
    user.run("unpack", reference).fails(9);
    assertFalse(Files.exists(user.capstanImage("hand")));
  }

  /** C16. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
      })
  void aLayerThatMayBeHadElsewhereIsOnlyEverFetchedFromItsRegistry(String type) throws IOException {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    // docker-registry does not take them all.
    try (RegistryServer own = RegistryServer.start(free, folder.resolve("own"));
        ServerSocketChannel elsewhere = ServerSocketChannel.open()) {
      elsewhere.bind(free);
      elsewhere.configureBlocking(false);
      String reference = "localhost:" + own.address().getPort() + "/hand/foreign:1";
      String url = "http://localhost:" + elsewhere.socket().getLocalPort() + "/layer";
      Cli publisher = new Cli(Files.createDirectory(folder.resolve("publisher")));
      fledge()
          .entry("disk.qemu", '0', disk)
          .gzipped()
          .layer(type, url)
          .write(publisher.store(), reference);
      publisher.run("push", reference).ok();
      user.run("pull", reference).ok();
      user.run("unpack", reference, "--to", folder.resolve("out").toString()).fails(9);
      assertFalse(Files.exists(folder.resolve("out")));

      // Whoever had asked would be waiting here.
      assertNull(elsewhere.accept());
    }
  }

  /** E26. */
  @Test
  void anOddConfigIsCopiedByteForByte() throws IOException {
    fledge()
        .config("x-unknown", "1.50")
        .config("created", "y".repeat(1 << 20))
        .entry("disk.qemu", '0', disk)
        .write(folder.resolve("layout"));
    String reference = pushBySkopeo();
    String pulled = user.run("pull", reference).ok();
    String copy = registry.host() + "/hand/copy:" + folder.getFileName();
    user.run("tag", reference, copy).ok();
    String pushed = user.run("push", copy).ok();
    assertEquals(pulled.replaceFirst(".*@", ""), pushed.replaceFirst(".*@", ""));
    Command.run("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + copy).ok();
  }

  /** E28. */
  @ParameterizedTest
  @CsvSource({"000, rw-rw-rw-", "077, rw-------"})
  void theModeOfADiskIsTheUsersAndNotTheImages(String umask, String permissions) throws Exception {
    fledge().mode("0006777").entry("disk.qemu", '0', disk).write(folder.resolve("layout"));
    String reference = pushBySkopeo();
    user.run("pull", reference).ok();
    Path out = folder.resolve("out.qcow2");
    Process unpack = user.startWithUmask(umask, "unpack", reference, "--to", out.toString());
    assertEquals(0, unpack.waitFor(), user::childLog);
    assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(out)));
  }

  @Test
  void aDiskThatNamesAHostFileIsRefusedAfterUnpacking() throws IOException {
    Path overlay = folder.resolve("overlay.qcow2");
    Command.run(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-F",
            "qcow2",
            "-b",
            shared.resolve("disk.qcow2"),
            overlay)
        .ok();
    fledge().entry("disk.qemu", '0', Files.readAllBytes(overlay)).write(folder.resolve("layout"));
    String reference = pushBySkopeo();
    user.run("pull", reference).ok();
    user.run("unpack", reference).fails(10);
    assertFalse(Files.exists(user.capstanImage("hand")));
  }
}
