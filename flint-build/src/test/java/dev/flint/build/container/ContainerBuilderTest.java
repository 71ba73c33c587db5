package dev.flint.build.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.build.BuildSite;
import dev.flint.build.BuiltVariant;
import dev.flint.build.container.BaseImages.Base;
import dev.flint.build.file.Kind;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerBuilderTest {
  private static final String NAME = "r.lan/web:1";

  @TempDir Path root;
  private BuildSite site;
  private OciLayout elsewhere;

  @BeforeEach
  void open() throws IOException {
    site = new BuildSite(root.resolve("here"));
    elsewhere = OciLayout.openOrCreate(root.resolve("elsewhere"));
  }

  @AfterEach
  void close() throws IOException {
    site.close();
    elsewhere.close();
  }

  private Digest build(BaseImages bases, String yaml) throws IOException {
    site.write("flint.yaml", "name: " + NAME + "\n" + yaml);
    BuiltVariant built = BuildSite.of(Kind.CONTAINERD, site.build(bases));
    return built.document().digest();
  }

  private static BaseImages none() {
    return (location, platform) -> {
      throw new IOException("no base was named");
    };
  }

  private BaseImages base(Document root) {
    return (location, platform) -> new Base(new LayoutImages(elsewhere), root);
  }

  @Test
  void fromScratch() throws IOException {
    site.write("bin/web", "program");
    site.write("conf/a/b.conf", "b");
    site.write("note", "note");
    build(
        none(),
        """
        command: [/bin/web, --port]
        args: ["8080"]
        env: {B: "2", A: "1"}
        workingDir: /srv
        user: 1000:1000
        ports: [8080, 53/udp]
        memory: 512
        cpus: 2
        labels: {team: edge}
        annotations: {a.b: c}
        files:
          - {source: bin/web, target: /bin/web, mode: 0755}
          - {source: note, target: /note, owner: "7:8", mode: 0600}
          - {source: conf, target: /etc/web}
        """);
    ImageConfig config = site.config(NAME);
    assertEquals(List.of("/bin/web", "--port"), config.entrypoint());
    assertEquals(List.of("8080"), config.cmd());
    assertEquals(List.of("B=2", "A=1"), config.env());
    assertEquals("/srv", config.workingDir());
    assertEquals("1000:1000", config.user());
    assertEquals(List.of("53/udp", "8080/tcp"), config.ports());
    assertEquals(
        Map.of("team", "edge", "feather.memory", "512", "feather.cpus", "2"), config.labels());
    assertEquals("linux/amd64", config.platform().toString());
    assertEquals("1970-01-01T00:00:00Z", config.created().orElseThrow());
    assertTrue(config.backend().isEmpty());
    Manifest manifest = site.manifest(NAME);
    assertEquals(
        Map.of("a.b", "c", "org.opencontainers.image.created", "1970-01-01T00:00:00Z"),
        manifest.annotations());
    assertEquals(2, manifest.layers().size());
    assertEquals(
        Map.of(
            "bin/", "755 0:0 1",
            "bin/web", "755 0:0 1 program",
            "note", "600 7:8 1 note"),
        site.layer(NAME, 0));
    assertEquals(
        Map.of(
            "etc/", "755 0:0 1",
            "etc/web/", "755 0:0 1",
            "etc/web/a/", "755 0:0 1",
            "etc/web/a/b.conf", "644 0:0 1 b"),
        site.layer(NAME, 1));
  }

  @Test
  void theSameFilesElsewhereAndLaterGiveTheSameDigest() throws IOException {
    String yaml = "command: [/srv/a]\nfiles: {app: /srv}\n";
    site.write("app/a", "a");
    site.write("app/b/c", "c");
    Digest here = build(none(), yaml);
    try (BuildSite other = new BuildSite(root.resolve("there/and/further"))) {
      // Another order of making, other times.
      other.write("app/b/c", "c");
      other.write("app/a", "a");
      other.touch("app/a", Instant.ofEpochSecond(1_000_000_000));
      other.touch("app/b", Instant.ofEpochSecond(1_100_000_000));
      other.write("flint.yaml", "name: " + NAME + "\n" + yaml);
      assertEquals(here, other.build(none()).get(0).document().digest());
    }
    site.createdAt(Instant.ofEpochSecond(86400));
    build(none(), yaml);
    assertEquals("1970-01-02T00:00:00Z", site.config(NAME).created().orElseThrow());
  }

  private Document storeBase(byte[] layer, JsonObject config) throws IOException {
    return TestImages.handMade(
        elsewhere, MediaType.DOCKER_LAYER_GZIP, TestImages.gzip(layer), config);
  }

  private static JsonObject baseConfig(byte[] layer) {
    JsonObject section =
        JsonObject.empty()
            .withStrings("Env", List.of("PATH=/usr/bin", "A=base"))
            .withStrings("Entrypoint", List.of("/bin/base"))
            .withStrings("Cmd", List.of("--base"))
            .with("StopSignal", "SIGINT")
            .withMap("Labels", Map.of("base", "yes", "team", "base"));
    return TestImages.config(Digest.sha256(layer))
        .with("os.version", "1.2")
        .with("config", section)
        .withObjects("history", List.of(JsonObject.empty().with("created_by", "base")));
  }

  private static byte[] tar(String name) {
    return new TarBytes().file(name, "x".getBytes(StandardCharsets.UTF_8)).ended();
  }

  @Test
  void onABaseItsLayersStayAndItsConfigIsChangedAsADockerfileWould() throws IOException {
    byte[] layer = tar("bin/base");
    Document base = storeBase(layer, baseConfig(layer));
    site.write("own", "own");
    build(
        base(base),
        """
        base: r.lan/base:1
        env: {A: own, B: "2"}
        args: [--own]
        labels: {team: edge}
        files: {own: /own}
        """);
    Manifest manifest = site.manifest(NAME);
    Descriptor first = manifest.layers().get(0);
    assertEquals(Manifest.of(base).layers().get(0).digest(), first.digest());
    assertEquals(MediaType.OCI_LAYER_GZIP, first.mediaType());
    assertEquals(Map.of("own", "644 0:0 1 own"), site.layer(NAME, 1));
    ImageConfig config = site.config(NAME);
    assertEquals(List.of("PATH=/usr/bin", "A=own", "B=2"), config.env());
    assertEquals(List.of("/bin/base"), config.entrypoint());
    assertEquals(List.of("--own"), config.cmd());
    assertEquals("SIGINT", config.stopSignal());
    assertEquals(Map.of("base", "yes", "team", "edge"), config.labels());
    assertEquals("1.2", config.document().requiredString("os.version"));
    assertEquals(2, config.diffIds().size());
    assertEquals(2, config.document().objects("history").size());
    assertEquals("r.lan/base:1", manifest.annotations().get("org.opencontainers.image.base.name"));
    assertEquals(
        base.digest().toString(),
        manifest.annotations().get("org.opencontainers.image.base.digest"));

    build(base(base), "base: r.lan/base:1\ncommand: [/other]\n");
    assertEquals(List.of("/other"), site.config(NAME).entrypoint());
    assertEquals(List.of(), site.config(NAME).cmd());
    assertEquals(1, site.manifest(NAME).layers().size());
  }

  @Test
  void aNewBaseIsAChangeAndTheSameIsNone() throws IOException {
    byte[] layer = tar("one");
    Document one = storeBase(layer, baseConfig(layer));
    byte[] other = tar("two");
    Document two = storeBase(other, baseConfig(other));
    String yaml = "base: r.lan/base:1\n";
    Digest first = build(base(one), yaml);
    assertTrue(site.build(base(one)).get(0).built().isEmpty());
    assertEquals(1, site.build(base(two)).get(0).built().size());
    assertEquals(first, build(base(one), yaml));
  }

  @Test
  void theBaseOfTheRightPlatformIsTaken() throws IOException {
    byte[] layer = tar("arm");
    Document arm = storeBase(layer, baseConfig(layer).with("architecture", "arm64"));
    Document index = ImageIndex.create(List.of(TestImages.entry(arm, "linux", "arm64")));
    elsewhere.put(index);
    String yaml = "base: r.lan/base:1\n";
    FlintException failure = assertThrows(FlintException.class, () -> build(base(index), yaml));
    assertEquals(ErrorCode.NOT_FOUND, failure.code());
    assertTrue(FlintException.line(failure).contains("linux/amd64"), FlintException.line(failure));
    assertEquals(
        ErrorCode.NOT_FOUND,
        assertThrows(FlintException.class, () -> build(base(arm), yaml)).code());
    build(base(index), yaml + "platforms: [linux/arm64]\n");
    assertEquals("linux/arm64", site.config(NAME).platform().toString());
  }

  @Test
  void refusesBasesThatAreNone() throws IOException {
    byte[] layer = tar("x");
    String yaml = "base: r.lan/base:1\n";
    Document disk = storeBase(layer, baseConfig(layer).with("feather.backend", "osv"));
    assertEquals(
        ErrorCode.UNSUPPORTED,
        assertThrows(FlintException.class, () -> build(base(disk), yaml)).code());
    Document liar =
        storeBase(layer, JsonObject.empty().with("os", "linux").with("architecture", "amd64"));
    assertEquals(
        ErrorCode.PROTOCOL,
        assertThrows(FlintException.class, () -> build(base(liar), yaml)).code());
    Document artifact =
        TestImages.handMade(elsewhere, new MediaType("application/x"), layer, baseConfig(layer));
    assertEquals(
        ErrorCode.UNSUPPORTED,
        assertThrows(FlintException.class, () -> build(base(artifact), yaml)).code());
  }

  /** Its layers are carried, not unpacked: whoever runs the image refuses it. */
  @Test
  void aBaseWithPathsThatLeadElsewhereWritesNothingThere() throws IOException {
    byte[] layer = tar("../../../../evil");
    site.write("own", "own");
    build(base(storeBase(layer, baseConfig(layer))), "base: r.lan/base:1\nfiles: {own: /own}\n");
    try (Stream<Path> all = Files.walk(root)) {
      assertEquals(
          List.of(),
          all.filter(path -> String.valueOf(path.getFileName()).equals("evil")).toList());
    }
  }

  @Test
  void aDamagedBaseIsNoticed() throws IOException {
    byte[] layer = tar("x");
    Document base = storeBase(layer, baseConfig(layer));
    Digest digest = Manifest.of(base).layers().get(0).digest();
    Path blob = root.resolve("elsewhere/blobs/sha256").resolve(digest.encoded());
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);
    assertEquals(
        ErrorCode.INTEGRITY,
        assertThrows(FlintException.class, () -> build(base(base), "base: r.lan/base:1\n")).code());
  }

  @Test
  void aContainerOfNothingIsRefused() {
    assertEquals(
        ErrorCode.USAGE,
        assertThrows(FlintException.class, () -> build(none(), "command: [/x]\n")).code());
  }

  @Test
  void aJavaApplicationHasItsLayersAndItsCommand() throws IOException {
    site.write("classes/demo/Main.class", "class");
    site.write("classes/demo/text", "text");
    site.write("libs/dep.jar", "jar");
    build(
        none(),
        """
        java: {classes: classes, dependencies: libs, mainClass: demo.Main, jvmFlags: -Xmx64m}
        """);
    assertEquals(3, site.manifest(NAME).layers().size());
    assertEquals("644 0:0 1 jar", site.layer(NAME, 0).get("app/libs/dep.jar"));
    assertEquals("644 0:0 1 text", site.layer(NAME, 1).get("app/resources/demo/text"));
    assertEquals("644 0:0 1 class", site.layer(NAME, 2).get("app/classes/demo/Main.class"));
    assertEquals(
        List.of(
            "java", "-Xmx64m", "-cp", "/app/resources:/app/classes:/app/libs/dep.jar", "demo.Main"),
        site.config(NAME).entrypoint());
  }

  @Test
  void nothingIsLeftBehindBesideTheStore() throws IOException {
    site.write("own", "own");
    build(none(), "files: {own: /own}\n");
    try (Stream<Path> left = Files.list(root.resolve("here/home/work"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void onABaseNoFolderReplacesOneThatNobodyNamed() throws IOException {
    byte[] layer = tar("bin/base");
    Document base = storeBase(layer, baseConfig(layer));
    site.write("web", "web");
    site.write("tree/bin/tool", "tool");
    site.write("tree/" + "long/".repeat(40) + "name", "deep");
    site.write("own/file", "own");
    Files.createDirectories(site.folder().resolve("own/empty"));
    build(
        base(base),
        """
        base: r.lan/base:1
        files:
          - {source: web, target: /bin/web, mode: 0755}
          - {source: web, target: /tmp/a/web}
          - {source: tree, target: /}
          - {source: own, target: /srv/own, owner: "7:8"}
        """);
    assertEquals(
        Map.of("bin/web", "755 0:0 1 web", "tmp/a/web", "644 0:0 1 web"), site.layer(NAME, 1));
    assertEquals(
        Map.of("bin/tool", "644 0:0 1 tool", "long/".repeat(40) + "name", "644 0:0 1 deep"),
        site.layer(NAME, 2));
    assertEquals(
        Map.of(
            "srv/own/", "755 7:8 1",
            "srv/own/empty/", "755 7:8 1",
            "srv/own/file", "644 7:8 1 own"),
        site.layer(NAME, 3));
    List<Digest> diffIds = new ArrayList<>();
    for (Descriptor one : site.manifest(NAME).layers()) {
      try (InputStream in = new GZIPInputStream(site.store().require(one).openVerified())) {
        diffIds.add(Digest.sha256(in.readAllBytes()));
      }
    }
    assertEquals(
        diffIds.stream().map(Digest::toString).toList(),
        site.config(NAME).diffIds().stream().map(String::valueOf).toList());
  }

  @Test
  void theLaterRuleWinsAlsoWhenTheyChangedPlaces() throws IOException {
    site.write("a/app.conf", "a");
    site.write("b/app.conf", "b");
    Digest first = build(none(), "files: {a: /etc, b: /etc}\n");
    assertNotEquals(first, build(none(), "files: {b: /etc, a: /etc}\n"));
    assertEquals("644 0:0 1 a", site.layer(NAME, 1).get("etc/app.conf"));
  }
}
