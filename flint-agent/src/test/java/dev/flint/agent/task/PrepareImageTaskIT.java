package dev.flint.agent.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.testing.TestClient;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    return PrepareImageTask.parse(args).run(env, line -> {});
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
