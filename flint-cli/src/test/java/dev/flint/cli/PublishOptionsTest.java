package dev.flint.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands leave for the next steps of a pipeline. */
class PublishOptionsTest {
  @TempDir Path folder;
  private RegistryServer server;
  private String host;
  private Cli user;
  private Path disk;

  @BeforeEach
  void start() throws IOException {
    server =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("registry"));
    host = "127.0.0.1:" + server.address().getPort();
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    disk = folder.resolve("disk.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private String at(String file) {
    return folder.resolve(file).toString();
  }

  private JsonObject metadata() throws IOException {
    JsonObject json = JsonObject.parse(Files.readAllBytes(folder.resolve("metadata")), "metadata");
    Schemas.check(json);
    return json;
  }

  private String digest() throws IOException {
    String digest = Files.readString(folder.resolve("digest"));
    Files.delete(folder.resolve("digest"));
    return digest;
  }

  private String imported() {
    return user.run("import", "--disk", disk.toString(), host + "/hello:1").ok();
  }

  @Test
  void everyCommandThatMakesOrMovesAnImageTellsOfIt() throws IOException {
    String made =
        user.run(
                "import",
                "--disk",
                disk.toString(),
                host + "/hello:1",
                "--digest-file",
                at("digest"),
                "--metadata-file",
                at("metadata"))
            .ok();
    String digest = made.substring(made.indexOf('@') + 1);
    assertEquals(digest, digest());
    assertImage(made, digest);

    user.run("push", host + "/hello:1", "--digest-file", at("digest")).ok();
    assertEquals(digest, digest());
    String copy = host + "/copy:2";
    user.run("copy", host + "/hello:1", copy, "--metadata-file", at("metadata")).ok();
    assertImage(copy + "@" + digest, digest);
    String archive = "oci-archive:" + at("a.tar") + ":v1";
    user.run("copy", copy, archive, "--metadata-file", at("metadata")).ok();
    assertImage(archive + "@" + digest, digest);
    user.run("pull", copy, "--digest-file", at("digest"), "--metadata-file", at("metadata")).ok();
    assertEquals(digest, digest());
    assertImage(copy + "@" + digest, digest);
    user.run("pull", copy, "--unpack", "--to", at("disk2"), "--digest-file", at("digest")).ok();
    assertEquals(digest, digest());
  }

  private void assertImage(String pinned, String digest) throws IOException {
    JsonObject json = metadata();
    assertEquals("metadata/v1", json.requiredString("schema"));
    assertEquals(digest, json.requiredString("containerimage.digest"));
    String reference = pinned.substring(0, pinned.indexOf('@'));
    assertEquals(reference, json.requiredString("image.name"));
    assertTrue(json.requiredString("containerimage.config.digest").startsWith("sha256:"));
    JsonObject image = json.objects("images").get(0);
    assertEquals(reference, image.requiredString("reference"));
    assertEquals(digest, image.requiredString("digest"));
    assertEquals(pinned, image.requiredString("pinned"));
    assertEquals("application/vnd.oci.image.manifest.v1+json", image.requiredString("mediaType"));
    assertEquals(
        Files.size(user.store().resolve("blobs/sha256/" + digest.substring("sha256:".length()))),
        image.integer("size").orElseThrow());
    assertEquals(List.of("linux/amd64"), image.strings("platforms"));
    Files.delete(folder.resolve("metadata"));
  }

  @Test
  void aBuildTellsOfAllItsImagesAndTheFirstIsTheOneAskedFor() throws IOException {
    BuildFolder.make(folder, host + "/built");
    List<String> lines =
        user.run(
                "build",
                folder.toString(),
                "--push",
                "--digest-file",
                at("digest"),
                "--metadata-file",
                at("metadata"))
            .ok()
            .lines()
            .toList();
    assertEquals(2, lines.size());
    assertEquals(lines.get(0), host + "/built:1.0@" + digest());
    assertEquals(host + "/built:1.0", metadata().requiredString("image.name"));
    List<JsonObject> images = metadata().objects("images");
    assertEquals(lines.get(0), images.get(0).requiredString("pinned"));
    assertEquals(lines.get(1), images.get(1).requiredString("pinned"));

    user.run("push", host + "/built:1.0", "--all-variants", "--metadata-file", at("metadata")).ok();
    assertEquals(images, metadata().objects("images"));
  }

  @Test
  void anIndexTellsOfItsPlatforms() throws IOException {
    imported();
    user.run("push", host + "/hello:1").ok();
    user.run("index", "create", host + "/all:1", host + "/hello:1").ok();
    user.run("copy", "store:" + host + "/all:1", host + "/all:2", "--metadata-file", at("metadata"))
        .ok();
    JsonObject image = metadata().objects("images").get(0);
    assertEquals(List.of("linux/amd64"), image.strings("platforms"));
    assertEquals("application/vnd.oci.image.index.v1+json", image.requiredString("mediaType"));
    assertFalse(metadata().has("containerimage.config.digest"));
  }

  @Test
  void outputsOfGithubActionsAreAddedToThoseThatAreThere() throws IOException {
    Path outputs = Files.writeString(folder.resolve("outputs"), "before=this");
    String made = imported();
    user.with("GITHUB_OUTPUT", outputs.toString());
    user.run("push", host + "/hello:1", "--github-output").ok();
    List<String> lines = Files.readAllLines(outputs);
    assertEquals("before=this", lines.get(0));
    assertEquals("digest=" + made.substring(made.indexOf('@') + 1), lines.get(1));
    assertEquals("reference=" + host + "/hello:1", lines.get(2));
    assertEquals("pinned=" + made, lines.get(3));
    assertTrue(lines.get(4).startsWith("imageid=sha256:"), lines.get(4));
    JsonObject metadata =
        JsonObject.parse(lines.get(5).substring("metadata=".length()).getBytes(UTF_8), "output");
    Schemas.check(metadata);
    assertEquals(made, metadata.objects("images").get(0).requiredString("pinned"));
    assertEquals(6, lines.size());
  }

  @Test
  void whatCannotBeWrittenIsSaidBeforeTheWork() throws IOException {
    String[] command = {"import", "--disk", disk.toString(), "hello:1", "--digest-file", ""};
    command[5] = at("none/digest");
    assertTrue(user.run(command).fails(3).err().contains("its folder does not exist"));
    command[5] = folder.toString();
    assertTrue(user.run(command).fails(3).err().contains("it is a folder"));
    String error =
        user.run("import", "--disk", disk.toString(), "hello:1", "--github-output").fails(2).err();
    assertTrue(error.contains("GITHUB_OUTPUT"), error);
    for (String bad : List.of(folder.toString(), at("none/outputs"))) {
      user.with("GITHUB_OUTPUT", bad);
      error =
          user.run("import", "--disk", disk.toString(), "hello:1", "--github-output")
              .fails(3)
              .err();
      assertTrue(error.contains("cannot write " + bad), error);
    }
    assertEquals("", user.run("images", "--quiet").ok());
  }

  @Test
  void outputsThatFindNoRoomAreSaidByName() {
    user.with("GITHUB_OUTPUT", "/dev/full");
    Cli.Result result = user.run("import", "--disk", disk.toString(), "hello:1", "--github-output");
    assertEquals(3, result.exit(), result.err());
    assertTrue(result.err().contains("cannot write /dev/full: "), result.err());
  }

  @Test
  void twoThingsAreNotWrittenToOneFile() throws IOException {
    for (String same : List.of(at("digest"), folder + "/./digest")) {
      String error =
          user.run(
                  "import",
                  "--disk",
                  disk.toString(),
                  "hello:1",
                  "--digest-file",
                  at("digest"),
                  "--metadata-file",
                  same)
              .fails(2)
              .err();
      assertTrue(error.contains("--metadata-file"), error);
    }
    assertEquals("", user.run("images", "--quiet").ok());
  }

  @Test
  void aCommandThatFailsLeavesNothing() throws IOException {
    Path before = Files.writeString(folder.resolve("digest"), "of the last time");
    user.run("push", host + "/none:1", "--digest-file", before.toString()).fails(4);
    assertEquals("of the last time", Files.readString(before));
    assertFalse(Files.exists(folder.resolve(".digest.flint-partial")));
  }
}
