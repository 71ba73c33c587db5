package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.PlatformCheck;
import dev.flint.oci.yaml.YamlReader;
import dev.flint.osv.RofsEntry;
import dev.flint.osv.RofsReader;
import dev.flint.osv.compose.Loader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both variants of examples/papermc, with stand-ins for what its user downloads. */
class PapermcBuildTest {
  private static final Path EXAMPLE = Path.of("../examples/papermc");
  private static final String NAME = "localhost:5000/demo/papermc:1.16.4";
  private static final List<String> ARGUMENTS =
      List.of(
          "-Xms800m",
          "-Xmx800m",
          "-Dcom.mojang.eula.agree=true",
          "-jar",
          "/server/paper.jar",
          "--nogui",
          "--config",
          "/config/server.properties",
          "--plugins",
          "/server/plugins");

  /** What both variants have, beside the folders on the way. */
  private static final Map<String, String> SHARED =
      Map.of(
          "usr/lib/jvm/java/bin/java", "java",
          "usr/lib/jvm/java/lib/modules", "modules",
          "server/paper.jar", "paper",
          "server/plugins/prometheus-exporter.jar", "exporter",
          "server/plugins/PrometheusExporter/config.yml", "host: 0.0.0.0\nport: 9940\n");

  @TempDir static Path folder;
  private static Cli user;
  private static Path site;

  @BeforeAll
  static void build() throws IOException {
    user = new Cli(folder);
    site = folder.resolve("papermc");
    try (Stream<Path> files = Files.walk(EXAMPLE)) {
      for (Path file : files.toList()) {
        Files.copy(file, site.resolve(EXAMPLE.relativize(file).toString()));
      }
    }
    payload("server/paper.jar", "paper");
    payload("server/plugins/prometheus-exporter.jar", "exporter");
    payload("java/bin/java", "java").toFile().setExecutable(true);
    payload("java/lib/modules", "modules");
    DemoGuest.writeQcow2(payload("osv/java.so", "java.so").resolveSibling("loader.qemu"), "/x");
    base();
    user.run("build", site.toString()).ok();
  }

  private static Path payload(String name, String content) throws IOException {
    Path file = site.resolve("payload").resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, content);
  }

  private static void base() throws IOException {
    Path other = Files.createDirectory(folder.resolve("base"));
    Files.writeString(other.resolve("libc"), "libc");
    Files.writeString(other.resolve("flint.yaml"), "name: base:1\nfiles: {libc: /lib/libc.so.6}\n");
    user.run("build", other.toString()).ok();
    String archive = "oci-archive:" + site.resolve("payload/base.tar") + ":base";
    user.run("copy", "store:base:1", archive).ok();
  }

  @Test
  void theContainerHasTheBaseAndALayerForEachPart() throws IOException {
    try (OciLayout store = OciLayout.openOrCreate(user.store())) {
      LayoutImages images = new LayoutImages(store);
      Manifest base = manifest(images, "base:1");
      Manifest manifest = manifest(images, NAME);
      assertEquals(base.layers().get(0).digest(), manifest.layers().get(0).digest());
      List<Map<String, String>> layers = new ArrayList<>();
      for (int i = 1; i < manifest.layers().size(); i++) {
        layers.add(files(store, manifest, i));
      }
      assertEquals(3, layers.size());
      assertEquals(
          Map.of(
              "usr/lib/jvm/java/bin/java", "755 java",
              "usr/lib/jvm/java/lib/modules", "644 modules"),
          layers.get(0));
      assertEquals(
          Map.of(
              "server/paper.jar", "644 paper",
              "server/plugins/prometheus-exporter.jar", "644 exporter"),
          layers.get(1));
      assertEquals(
          List.of("config/server.properties", "server/plugins/PrometheusExporter/config.yml"),
          List.copyOf(layers.get(2).keySet()));
      assertTrue(
          layers
              .get(2)
              .getOrDefault("config/server.properties", "")
              .contains("level-seed=-11970185\n"));

      ImageConfig config = PlatformCheck.config(images, manifest);
      assertEquals(List.of("/usr/lib/jvm/java/bin/java"), config.entrypoint());
      assertEquals(ARGUMENTS, config.cmd());
      assertEquals(List.of("25565/tcp", "9940/tcp"), config.ports());
      assertEquals("1000:1000", config.user());
      assertEquals("1024", config.labels().get("feather.memory"));
    }
  }

  private static Manifest manifest(LayoutImages images, String name) throws IOException {
    return Manifest.of(images.manifest(images.require(Reference.parse(name))));
  }

  private static Map<String, String> files(OciLayout store, Manifest manifest, int number)
      throws IOException {
    Map<String, String> out = new TreeMap<>();
    try (InputStream in = store.require(manifest.layers().get(number)).openVerified();
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String text = new String(tar.readAllBytes(), StandardCharsets.UTF_8);
        if (!entry.isDirectory()) {
          out.put(entry.getName(), "%o %s".formatted(entry.getMode() & 07777, text));
        }
      }
    }
    return out;
  }

  @Test
  void theGuestHasTheSameFilesAndItsLine() throws IOException {
    Path disk = folder.resolve("disk.qcow2");
    user.run("unpack", NAME + "-osv", "--to", disk.toString()).ok();
    Map<String, String> files = new TreeMap<>();
    try (FileChannel channel = FileChannel.open(disk)) {
      RofsReader root = Loader.open(channel, "disk").openRoot();
      root.walk(entry -> read(root, entry, files));
    }
    Map<String, String> expected = new TreeMap<>(SHARED);
    expected.put("java.so", "java.so");
    expected.put(
        "config/server.properties", Files.readString(site.resolve("config/server.properties")));
    assertEquals(expected, files);
    String inspected = user.run("inspect", NAME + "-osv").ok();
    assertTrue(
        inspected.contains("Command:     --cwd=/tmp /java.so " + String.join(" ", ARGUMENTS)),
        inspected);
    assertTrue(inspected.contains("Memory:      1024 MiB"), inspected);
  }

  private static void read(RofsReader root, RofsEntry entry, Map<String, String> files)
      throws IOException {
    if (entry.kind() == RofsEntry.Kind.FILE) {
      try (InputStream in = root.open(entry)) {
        files.put(entry.path(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void theDeploymentsRunWhatIsBuiltWithTheConfigurationOfThePaper() throws IOException {
    List<JsonObject> documents =
        YamlReader.read(Files.readAllBytes(EXAMPLE.resolve("kubernetes.yaml")), "kubernetes.yaml");
    String properties = Files.readString(EXAMPLE.resolve("config/server.properties"));
    assertEquals(Map.of("server.properties", properties), documents.get(0).stringMap("data"));
    List<String> images = new ArrayList<>();
    for (JsonObject deployment : documents.subList(1, documents.size())) {
      JsonObject container =
          child(child(child(deployment, "spec"), "template"), "spec").objects("containers").get(0);
      images.add(container.requiredString("image"));
      assertEquals("1Gi", child(child(container, "resources"), "limits").requiredString("memory"));
    }
    assertEquals(List.of(NAME, NAME + "-osv"), images);
    for (String image : images) {
      user.run("inspect", image).ok();
    }
  }

  private static JsonObject child(JsonObject parent, String name) throws IOException {
    return parent.object(name).orElseThrow();
  }
}
