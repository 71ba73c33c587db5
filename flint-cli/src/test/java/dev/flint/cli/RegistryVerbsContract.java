package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command about what is in a registry, against one of some kind. */
abstract class RegistryVerbsContract {
  private static final String SBOM_TYPE = "application/spdx+json";

  @TempDir Path folder;
  private Cli user = new Cli(Path.of(""));
  private String repository = "";
  private String image = "";
  private String digest = "";

  /** {@code HOST:PORT}. */
  abstract String host();

  @BeforeEach
  void pushAnImage() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    repository = host() + "/verbs/r" + Long.toHexString(System.nanoTime());
    image = repository + ":1.0";
    Path disk = folder.resolve("disk.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
    user.run("import", "--disk", disk.toString(), image).ok();
    String pushed = user.run("push", image).ok();
    digest = pushed.substring(pushed.indexOf('@') + 1);
  }

  private JsonObject json(String... args) throws IOException {
    String out = user.run(args).ok();
    return JsonObject.parse(out.getBytes(StandardCharsets.UTF_8), "output");
  }

  /** The bytes of a result that is not to be touched. */
  private byte[] exactly(String... args) {
    Cli.Result result = user.run(args);
    result.ok();
    return result.out().getBytes(StandardCharsets.UTF_8);
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private String attach(String text, String... more) throws IOException {
    Path sbom = file("sbom.json", text.getBytes(StandardCharsets.UTF_8));
    List<String> args =
        new ArrayList<>(
            List.of("attach", image, sbom + ":" + SBOM_TYPE, "--artifact-type", SBOM_TYPE));
    args.addAll(List.of(more));
    return user.run(args.toArray(String[]::new)).ok();
  }

  @Test
  void listsTags() throws IOException {
    Path manifest = file("m", exactly("manifest", "get", image));
    user.run("manifest", "put", repository + ":2.0", manifest.toString()).ok();
    assertEquals(
        List.of("1.0", "2.0"), user.run("tags", repository).ok().lines().sorted().toList());
    JsonObject json = json("tags", repository, "-o", "json");
    assertEquals(repository, json.requiredString("repository"));
    assertEquals(List.of("1.0", "2.0"), json.strings("tags").stream().sorted().toList());
    String skopeo =
        Command.run("skopeo", "list-tags", "--tls-verify=false", "docker://" + repository)
            .ok()
            .out();
    assertTrue(skopeo.contains("\"1.0\"") && skopeo.contains("\"2.0\""), skopeo);
    user.run("tags", host() + "/verbs/none").fails(4);
    user.run("tags", image).fails(2);
  }

  @Test
  void listsRepositories() throws IOException {
    List<String> lines = user.run("repos", host()).ok().lines().toList();
    assertTrue(lines.contains(repository), lines.toString());
    JsonObject json = json("repos", host(), "--json");
    assertEquals(lines, json.strings("repositories"));
    user.run("repos", "nohost").fails(2);
    user.run("repos", "a.b/c").fails(2);
    user.run("repos", "user:pw@a.b").fails(2);
  }

  @Test
  void tellsTheDigest() throws IOException {
    assertEquals(digest, user.run("digest", image).ok());
    assertEquals(digest, user.run("digest", repository + "@" + digest).ok());
    String skopeo =
        Command.run(
                "skopeo",
                "inspect",
                "--tls-verify=false",
                "--no-tags",
                "--format",
                "{{.Digest}}",
                "docker://" + image)
            .ok()
            .out();
    assertEquals(skopeo.strip(), digest);
    user.run("digest", repository + ":none").fails(4);
    user.run("digest", "local:1").fails(2);
  }

  @Test
  void readsAManifestByteForByte() throws IOException {
    byte[] manifest = exactly("manifest", "get", image);
    assertEquals(digest, Digest.sha256(manifest).toString());
    assertArrayEquals(
        Command.run("skopeo", "inspect", "--tls-verify=false", "--raw", "docker://" + image)
            .ok()
            .out()
            .getBytes(StandardCharsets.UTF_8),
        manifest);
    user.run("manifest", "get", repository + ":none").fails(4);
  }

  @Test
  void writesAManifestByteForByte() throws IOException {
    String text =
        new String(exactly("manifest", "get", image), StandardCharsets.UTF_8)
            .replaceFirst("\\{", "{ \n\t\"x-unknown\" : 1.50,");
    Path manifest = file("m", text.getBytes(StandardCharsets.UTF_8));
    String put = user.run("manifest", "put", repository + ":mine", manifest.toString()).ok();
    assertEquals(Digest.sha256(Files.readAllBytes(manifest)).toString(), put);
    assertArrayEquals(
        Files.readAllBytes(manifest), exactly("manifest", "get", repository + "@" + put));
    assertEquals(
        put, user.run("manifest", "put", repository + "@" + put, manifest.toString()).ok());
  }

  @Test
  void refusesToWriteWhatIsNoManifest() throws IOException {
    String target = repository + ":bad";
    String good = new String(exactly("manifest", "get", image), StandardCharsets.UTF_8);
    String twice = good.replaceFirst("\\{", "{\"schemaVersion\":2,");
    String both = good.replaceFirst("\\{", "{\"manifests\":[],");
    for (String bad : List.of("", "{}", "<html>", good + "{}", twice, both)) {
      Path manifest = file("bad", bad.getBytes(StandardCharsets.UTF_8));
      user.run("manifest", "put", target, manifest.toString()).fails(7);
    }
    Path manifest = file("good", good.getBytes(StandardCharsets.UTF_8));
    String other = repository + "@sha256:" + "0".repeat(64);
    user.run("manifest", "put", other, manifest.toString()).fails(8);
    user.run("manifest", "put", target, file("long", new byte[5 << 20]).toString()).fails(10);
    user.run("manifest", "put", target, folder.resolve("none").toString()).fails(3);
    user.run("digest", target).fails(4);
  }

  @Test
  void choosesAPlatformOfAnIndex() throws IOException {
    byte[] manifest = exactly("manifest", "get", image);
    Document document = Document.received(manifest, Digest.sha256(manifest), Optional.empty());
    JsonObject entry =
        document
            .descriptor()
            .json()
            .with("platform", JsonObject.empty().with("os", "linux").with("architecture", "arm64"));
    JsonObject json = ImageIndex.create(List.of()).json().withObjects("manifests", List.of(entry));
    Path index = file("index", json.bytes());
    String put = user.run("manifest", "put", repository + ":all", index.toString()).ok();
    String all = repository + ":all";
    assertEquals(put, user.run("digest", all).ok());
    assertEquals(digest, user.run("digest", all, "--platform", "linux/arm64").ok());
    assertArrayEquals(manifest, exactly("manifest", "get", all, "--platform", "linux/arm64"));
    user.run("digest", all, "--platform", "linux/s390x").fails(4);
  }

  @Test
  void deletesAManifestWithAllItsTagsAndSaysWhich() throws IOException {
    Path manifest = file("m", exactly("manifest", "get", image));
    user.run("manifest", "put", repository + ":2.0", manifest.toString()).ok();
    byte[] changed =
        Files.readString(manifest).replaceFirst("\\{", "{ ").getBytes(StandardCharsets.UTF_8);
    user.run("manifest", "put", repository + ":other", file("m2", changed).toString()).ok();
    assertEquals(
        List.of(image, repository + ":2.0", repository + "@" + digest),
        user.run("manifest", "delete", image).ok().lines().sorted().toList());
    user.run("digest", image).fails(4);
    user.run("digest", repository + ":2.0").fails(4);
    user.run("digest", repository + ":other").ok();
    user.run("manifest", "delete", image).fails(4);
    user.run("manifest", "delete", repository + "@" + digest).fails(4);
  }

  @Test
  void fetchesABlob() throws IOException {
    JsonObject manifest = json("manifest", "get", image);
    String layer = manifest.objects("layers").get(0).requiredString("digest");
    Path out = folder.resolve("layer");
    assertEquals(
        out.toString(),
        user.run("blob", "get", repository + "@" + layer, "--to", out.toString()).ok());
    assertEquals(layer, Digest.sha256(Files.readAllBytes(out)).toString());
    user.run("blob", "get", repository + "@" + layer, "--to", out.toString()).fails(3);
    user.run("blob", "get", repository + "@" + layer, "--to", out.toString(), "--force").ok();
    String config = manifest.object("config").orElseThrow().requiredString("digest");
    byte[] bytes = exactly("blob", "get", repository + "@" + config);
    assertArrayEquals(bytes, exactly("blob", "get", repository + "@" + config, "--to", "-"));
    assertEquals(config, Digest.sha256(bytes).toString());
    user.run("blob", "get", image).fails(2);
    user.run("blob", "get", repository + "@sha256:" + "0".repeat(64)).fails(4);
  }

  @Test
  void attachesFilesAndListsThem() throws IOException {
    assertEquals("", user.run("referrers", image).ok());
    assertEquals(List.of(), json("referrers", image, "--json").objects("referrers"));
    String sbom = attach("{\"spdx\":1}", "--annotation", "k=\u001b[31mv");
    Path other = file("a:b.sig", new byte[100]);
    String signature =
        user.run("attach", image, other.toString(), "--artifact-type", "application/x-Sig").ok();

    String table = user.run("referrers", image).ok();
    assertEquals(3, table.lines().count(), table);
    assertTrue(table.contains("application/x-Sig") && table.contains(SBOM_TYPE), table);
    JsonObject list = json("referrers", image, "-o", "json", "--artifact-type", SBOM_TYPE);
    assertEquals(repository + "@" + digest, list.requiredString("subject"));
    assertEquals(1, list.objects("referrers").size());
    JsonObject entry = list.objects("referrers").get(0);
    assertEquals(sbom, repository + "@" + entry.requiredString("digest"));
    assertEquals("\u001b[31mv", entry.stringMap("annotations").get("k"));

    JsonObject artifact = json("manifest", "get", signature);
    assertEquals("application/x-Sig", artifact.requiredString("artifactType"));
    assertEquals(
        "a:b.sig",
        artifact
            .objects("layers")
            .get(0)
            .stringMap("annotations")
            .get("org.opencontainers.image.title"));
    String blob = json("manifest", "get", sbom).objects("layers").get(0).requiredString("digest");
    assertEquals("{\"spdx\":1}", user.run("blob", "get", repository + "@" + blob).ok());
    assertEquals(digest, user.run("digest", image).ok());
  }

  /** D22: whoever keeps the list, an artifact is in it once. */
  @Test
  void theSameFilesAttachedTwiceAreOneArtifact() throws IOException {
    assertEquals(attach("x"), attach("x"));
    assertFalse(attach("x").equals(attach("y")));
    assertEquals(2, json("referrers", image, "--json").objects("referrers").size());
  }

  @Test
  void skopeoCopiesAnArtifact() throws IOException {
    String sbom = attach("x");
    Path layout = folder.resolve("layout");
    Command.run(
            "skopeo",
            "copy",
            "--preserve-digests",
            "--src-tls-verify=false",
            "docker://" + sbom,
            "oci:" + layout + ":sbom")
        .ok();
    String index = Files.readString(layout.resolve("index.json"));
    assertTrue(index.contains(sbom.substring(sbom.indexOf('@') + 1)), index);
  }

  @Test
  void wrongUseOfAttachIsToldBeforeAnythingIsSent() throws IOException {
    Path file = file("f", new byte[3]);
    user.run("attach", image, file.toString()).fails(2);
    user.run("attach", image, "--artifact-type", "a/b").fails(2);
    user.run("attach", image, file.toString(), "--artifact-type", "ab").fails(2);
    user.run("attach", image, file.toString(), "--artifact-type", "a/b\n").fails(2);
    user.run("attach", image, folder.toString(), "--artifact-type", "a/b").fails(2);
    user.run("attach", image, folder + "/none", "--artifact-type", "a/b").fails(3);
    user.run("attach", repository + ":none", file.toString(), "--artifact-type", "a/b").fails(4);
    assertEquals("", user.run("referrers", image).ok());
  }
}
