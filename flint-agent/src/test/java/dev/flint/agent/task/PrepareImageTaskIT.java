package dev.flint.agent.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.image.KnownImages;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PullCredentials;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.server.ServerSettings;
import dev.flint.registry.testing.TestClient;
import dev.flint.testing.TestImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * In a process of its own: its registry reads the settings of the JDK's server before HttpEndpoint.
 */
class PrepareImageTaskIT {
  private static final int DISK = 1 << 20;

  @TempDir Path folder;

  private static byte[] disk(int seed) {
    byte[] disk = new byte[DISK];
    new Random(seed).nextBytes(disk);
    disk[510] = 0x55;
    disk[511] = (byte) 0xaa;
    return disk;
  }

  private JsonObject run(String policy, String reference) throws IOException {
    List<String> args =
        List.of("--images", folder.resolve("images").toString(), "--pull", policy, "--", reference);
    Map<String, String> env =
        Map.of("HOME", folder.toString(), "FLINT_HOME", folder.resolve("flint").toString());
    return PrepareImageTask.parse(args).run(env, InputStream.nullInputStream(), line -> {});
  }

  private JsonObject run(String policy, String reference, String secrets) throws IOException {
    String images = folder.resolve("images").toString();
    List<String> args =
        List.of("--images", images, "--pull", policy, "--pull-secrets", "--", reference);
    Map<String, String> env =
        Map.of("HOME", folder.toString(), "FLINT_HOME", folder.resolve("flint").toString());
    InputStream input = new ByteArrayInputStream(secrets.getBytes(StandardCharsets.UTF_8));
    return PrepareImageTask.parse(args).run(env, input, line -> {});
  }

  private static byte[] content(JsonObject prepared) throws IOException {
    PreparedImage.Content content = ImageDocument.read(prepared).content();
    return Files.readAllBytes(((PreparedImage.Disk) content).file());
  }

  private static long fetched(JsonObject prepared) throws IOException {
    return prepared.object("fetched").orElseThrow().integer("fetchedBytes").orElse(-1);
  }

  private RegistryServer registry() throws IOException {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return RegistryServer.start(free, folder.resolve("registry"));
  }

  private void push(String reference, byte[] disk) throws IOException {
    Path user = Files.createDirectories(folder.resolve("developer"));
    try (OciLayout store = OciLayout.openOrCreate(user.resolve("store"))) {
      TestImages.pack(store, reference, disk);
    }
    new TestClient(user).push(Reference.parse(reference));
  }

  /** U7: pull policy. */
  @Test
  void aRegistryIsAskedAsThePolicySaysAndSendsWhatIsNew() throws Exception {
    String reference;
    try (RegistryServer server = registry()) {
      reference = "localhost:" + server.address().getPort() + "/web:1";
      push(reference, disk(1));
      JsonObject first = run("missing", reference);
      assertArrayEquals(disk(1), content(first));
      assertTrue(fetched(first) > DISK / 2);
      // Asked for its digest, the registry has said it is the same.
      assertEquals(0, fetched(run("always", reference)));

      push(reference, disk(2));
      assertArrayEquals(disk(1), content(run("missing", reference)));
      assertArrayEquals(disk(2), content(run("always", reference)));
    }
    assertArrayEquals(disk(2), content(run("missing", reference)));
    assertArrayEquals(disk(2), content(run("never", reference)));
    FlintException gone = assertThrows(FlintException.class, () -> run("always", reference));
    assertEquals(ErrorCode.NETWORK, gone.code());
  }

  /** An image that a registry gives for a pull secret only is nobody else's. */
  @Test
  void aPullSecretOpensItsImageToWhoHasItAndToNobodyElse() throws Exception {
    Path accounts = folder.resolve("accounts");
    // "user" with the password "p:w".
    Files.writeString(
        accounts, "user:$2y$05$abcdefghijklmnopqrstuuM7E59t/pBLB8x4aZysvBLD.kgRitkEK\n");
    ServerSettings closed =
        new ServerSettings(
            Optional.of(accounts), false, Optional.empty(), false, 0, Optional.empty(), false);
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    List<String> log = new CopyOnWriteArrayList<>();
    try (RegistryServer server =
        RegistryServer.start(free, folder.resolve("registry"), closed, log::add)) {
      String host = "localhost:" + server.address().getPort();
      String reference = host + "/web:1";
      Path user = Files.createDirectories(folder.resolve("developer"));
      try (OciLayout store = OciLayout.openOrCreate(user.resolve("store"))) {
        TestImages.pack(store, reference, disk(1));
      }
      new TestClient(user).login(host, "user", "p:w").push(Reference.parse(reference));

      FlintException anonymous = assertThrows(FlintException.class, () -> run("always", reference));
      assertEquals(ErrorCode.AUTH, anonymous.code());
      assertEquals("log in with flint login " + host, anonymous.remedy());
      // A Secret with that of another registry is of no use here, and is not shown to it.
      FlintException other =
          assertThrows(
              FlintException.class, () -> run("always", reference, secret("ns/b 2", "other.lan")));
      assertEquals(ErrorCode.AUTH, other.code());
      // Nobody logs in at a node of a cluster.
      String remedy = "imagePullSecrets of the pod must name a Secret with an account that may";
      assertEquals(remedy, other.remedy());
      FlintException none =
          assertThrows(
              FlintException.class,
              () -> run("always", reference, PullCredentials.OF_CLUSTER.document().toString()));
      assertEquals(remedy, none.remedy());

      String mine = secret("ns/a 1", host);
      assertArrayEquals(disk(1), content(run("always", reference, mine)));
      KnownImages known = new KnownImages(folder.resolve("images"));
      assertTrue(known.isOpenTo(reference, Set.of("ns/a 1", "x")));
      assertFalse(known.isOpenTo(reference, Set.of()));
      assertFalse(known.isOpenTo(reference, Set.of("ns/b 2")));
      run("always", reference, secret("ns/b 2", host));
      assertTrue(known.isOpenTo(reference, Set.of("ns/b 2")));
      assertTrue(known.isOpenTo(reference, Set.of("ns/a 1")));
      assertNoPasswordBelow(folder.resolve("images"));
    }
  }

  private static String secret(String id, String host) {
    return "{\"secrets\":[{\"id\":\"%s\",\"auths\":{\"%s\":{\"auth\":\"dXNlcjpwOnc=\"}}}]}"
        .formatted(id, host);
  }

  private static void assertNoPasswordBelow(Path images) throws IOException {
    try (Stream<Path> files = Files.walk(images)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.size(file) < DISK) {
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          assertFalse(text.contains("p:w") || text.contains("dXNlcjpwOnc"), file.toString());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--images /i --pull always",
        "--images /i --pull often -- web:1",
        "--images /i --pull always -- WEB",
        "--images /i -- web:1",
        "--images /i --pull always --frobnicate -- web:1",
        "--images /i --pull always -- web:1 web:2",
      })
  void refusesOtherArguments(String args) {
    FlintException e =
        assertThrows(
            FlintException.class, () -> PrepareImageTask.parse(List.of(args.split(" ", -1))));
    assertEquals(ErrorCode.USAGE, e.code());
  }
}
