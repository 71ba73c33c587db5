package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.StateFolder;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.json.JsonObject;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandTest {
  @TempDir Path folder;
  private Cli user;
  private Path blobs;

  @BeforeEach
  void importDisk() throws Exception {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    Path disk = folder.resolve("disk.raw");
    DemoGuest.writeRaw(disk, "/hello.so");
    user.run("import", "--disk", disk.toString(), "reg.lan/x:1").ok();
    user.run("tag", "reg.lan/x:1", "reg.lan/x:2").ok();
    blobs = user.store().resolve("blobs/sha256");
  }

  private JsonObject json(String... args) throws Exception {
    return JsonObject.parse(user.run(args).ok().getBytes(StandardCharsets.UTF_8), "result");
  }

  private String addOrphan() throws Exception {
    byte[] bytes = {1, 2, 3};
    String hex = Digest.sha256(bytes).encoded();
    Files.write(blobs.resolve(hex), bytes);
    return "sha256:" + hex;
  }

  @Test
  void thePathIsWhereTheStoreIs() throws Exception {
    assertEquals(user.store().toString(), user.run("store", "path").ok());
    assertEquals(user.store().toString(), json("store", "path", "--json").requiredString("path"));
  }

  @Test
  void listsBlobsAndOrphans() throws Exception {
    List<JsonObject> all = json("store", "ls", "-o", "json").objects("blobs");
    assertEquals(3, all.size());
    assertEquals(List.of("reg.lan/x:1", "reg.lan/x:2"), all.get(0).strings("images"));
    assertEquals("", user.run("-q", "store", "ls", "--orphans").ok());
    String orphan = addOrphan();
    assertEquals(orphan, user.run("-q", "store", "ls", "--orphans").ok());
    String table = user.run("store", "ls").ok();
    assertTrue(table.startsWith("DIGEST"), table);
    assertTrue(table.contains("reg.lan/x:1 and 1 more"), table);
    assertTrue(table.contains("orphan"), table);
  }

  @Test
  void showsWhatImagesTake() throws Exception {
    addOrphan();
    JsonObject du = json("store", "du", "-o", "json");
    assertEquals("store-du/v1", du.requiredString("schema"));
    JsonObject first = du.objects("images").get(0);
    assertEquals("reg.lan/x:1", first.requiredString("reference"));
    assertEquals(0, first.integer("uniqueBytes").orElseThrow());
    assertEquals(3, du.object("totals").orElseThrow().integer("orphanBytes").orElseThrow());
    assertTrue(user.run("store", "du").ok().contains("orphan blobs"));
  }

  @Test
  void freesOrphansWhenTheyAreOldAndSaysSo() throws Exception {
    String orphan = addOrphan();
    assertEquals("", user.run("-q", "store", "gc").ok(), "it is young");
    assertEquals(orphan, user.run("-q", "store", "gc", "--min-age", "0", "--dry-run").ok());
    assertTrue(Files.exists(blobs.resolve(orphan.substring(7))));
    Cli.Result collected = user.run("store", "gc", "--min-age", "0s", "--unpacked");
    assertTrue(collected.ok().contains(orphan), collected.out());
    assertTrue(collected.err().contains("freed 3 B"), collected.err());
    assertFalse(Files.exists(blobs.resolve(orphan.substring(7))));
    assertEquals(3, Cli.names(blobs).size());
  }

  /** An agent that does not run wants nothing: what its pods lack is fetched again. */
  @Test
  void whatIsUnpackedGoesWithoutAnInstanceUnlessAnAgentIsAboutToListen() throws Exception {
    StateFolder state =
        StateFolder.usual(
            Map.of(
                "HOME", folder.resolve("user").toString(),
                "XDG_RUNTIME_DIR", folder.resolve("user/run").toString(),
                "FLINT_HOME", folder.resolve("user/flint").toString()));
    Path disks = Files.createDirectories(state.images().resolve("disks"));
    Path ofPod = Files.writeString(disks.resolve("sha256-" + "a".repeat(64) + ".disk"), "pod's");
    Digest digest = Digest.sha256(new byte[] {1});
    Path used = Files.writeString(disks.resolve("sha256-" + digest.encoded() + ".disk"), "used");
    Path instance = Files.createDirectories(state.instances().resolve("ended"));
    PreparedImage image =
        new PreparedImage(
            digest,
            ImageConfig.of(JsonObject.empty()),
            new PreparedImage.Disk(used, DiskFormat.RAW, digest, 4));
    Files.write(instance.resolve("image.json"), ImageDocument.write(image).bytes());
    try (FileChannel lock =
        FileChannel.open(state.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock.lock();
      Cli.Result kept = user.run("store", "gc", "--unpacked", "--min-age", "0s");
      assertTrue(kept.err().contains("cannot tell"), kept.err());
      assertTrue(Files.exists(ofPod));
    }
    assertTrue(user.run("store", "gc", "--unpacked", "--min-age", "1h").err().contains("freed 0"));
    assertTrue(Files.exists(ofPod), "it is young");
    user.run("store", "gc", "--unpacked", "--min-age", "0s").ok();
    assertFalse(Files.exists(ofPod));
    assertTrue(Files.exists(used));
  }

  @Test
  void aDamagedImageIsToldRepairedAndWholeAgain() throws Exception {
    assertTrue(user.run("store", "fsck").ok().startsWith("sound: 3 blobs"));
    String layer =
        json("store", "ls", "-o", "json").objects("blobs").stream()
            .filter(blob -> blob.toString().contains("\"layer\""))
            .findFirst()
            .orElseThrow()
            .requiredString("digest");
    Path file = blobs.resolve(layer.substring(7));
    byte[] whole = Files.readAllBytes(file);
    byte[] bad = whole.clone();
    bad[bad.length / 2] ^= 1;
    Files.write(file, bad);
    Cli.Result told = user.run("store", "fsck");
    assertEquals(8, told.exit());
    assertTrue(told.out().contains("damaged") && told.out().contains(layer), told.out());
    assertEquals(8, user.run("store", "fsck", "--repair").exit(), "the image lacks it now");
    assertFalse(Files.exists(file));
    assertEquals(1, Cli.names(user.store().resolve(".flint/quarantine")).size());
    Files.write(file, whole);
    user.run("store", "fsck").ok();
  }
}
