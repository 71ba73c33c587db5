package dev.flint.cli.ci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The container image of Flint, as a release makes it but for its base: that comes from a registry,
 * so here one is made of this machine's Java, C library and busybox.
 */
class ContainerImageIT {
  private static final String TOOLS =
      "sh readlink dirname basename cat ls rm mkdir sed grep head uname stat id env tr cksum date"
          + " expr test mv touch wc sort cut";

  @TempDir Path folder;

  private static Command.Result sh(String script, Object... words) {
    List<Object> all = new ArrayList<>(List.of("sh", "-euc", script, "sh"));
    all.addAll(List.of(words));
    return Command.run(all.toArray()).ok();
  }

  private Path base() throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    String java = System.getProperty("java.home");
    Command.run(
            Path.of(java, "bin/jlink"),
            "--add-modules",
            "java.se,jdk.httpserver,jdk.unsupported,jdk.crypto.ec,jdk.zipfs",
            "--strip-debug",
            "--output",
            Files.createDirectories(root.resolve("opt/java")).resolve("openjdk"))
        .ok();
    sh(
        "cd \"$1\"; mkdir -p bin tmp root etc; cp \"$2\" bin/busybox;"
            + " for tool in $3; do ln -s busybox bin/$tool; done;"
            + " for lib in $(ldd opt/java/openjdk/bin/java opt/java/openjdk/lib/server/libjvm.so"
            + " opt/java/openjdk/lib/libzip.so | grep -o ' /lib[^ ]*\\.so[^ ]*' | sort -u)"
            + " $(ldd opt/java/openjdk/bin/java | grep -o '/lib64/[^ ]*');"
            + " do mkdir -p \".$(dirname \"$lib\")\"; cp -L \"$lib\" \".$lib\"; done",
        root,
        Peers.require("busybox"),
        TOOLS);
    Path layout = folder.resolve("layout");
    String name = layout + ":base";
    Command.run("umoci", "init", "--layout", layout).ok();
    Command.run("umoci", "new", "--image", name).ok();
    Command.run("umoci", "insert", "--image", name, root, "/").ok();
    Path tar = folder.resolve("base.tar");
    Command.run("skopeo", "copy", "-q", "oci:" + name, "docker-archive:" + tar + ":base:1").ok();
    return tar;
  }

  private Path image(Path base, String name) {
    Path tar = folder.resolve(name);
    Path dist = Path.of(System.getProperty("flint.dist", "target/dist/missing")).toAbsolutePath();
    List<Object> words = new ArrayList<>(List.of("mvn", "-q", "-B", "-ntp", "-Dquick"));
    String repository = System.getProperty("maven.repo.local", "");
    if (!repository.isEmpty()) {
      words.add("-Dmaven.repo.local=" + repository);
    }
    words.addAll(
        List.of(
            "-f",
            "../flint-image/pom.xml",
            "-Dflint.image.dist=" + dist,
            "-Dflint.image.base=tar://" + base,
            "-Dflint.image.tar=" + tar,
            "package"));
    Command.run(words.toArray()).ok();
    return tar;
  }

  @Test
  void isLoadedBySkopeoAndRunsFlint() throws Exception {
    Path base = base();
    Path tar = image(base, "flint.tar");
    assertEquals(-1, Files.mismatch(tar, image(base, "again.tar")), "not reproducible");
    Path layout = folder.resolve("loaded");
    Command.run("skopeo", "copy", "-q", "docker-archive:" + tar, "oci:" + layout + ":flint").ok();
    String shown =
        Command.run("skopeo", "inspect", "--config", "oci:" + layout + ":flint").ok().out();
    JsonObject config =
        JsonObject.parse(shown.getBytes(StandardCharsets.UTF_8), "config")
            .object("config")
            .orElseThrow();
    assertEquals(List.of("/opt/flint/bin/flint"), config.strings("Entrypoint"));
    Map<String, String> labels = config.stringMap("Labels");
    assertEquals("flint", labels.get("org.opencontainers.image.title"));
    assertEquals("Apache-2.0", labels.get("org.opencontainers.image.licenses"));

    Path bundle = folder.resolve("bundle");
    Command.run("umoci", "unpack", "--image", layout + ":flint", bundle).ok();
    Path root = bundle.resolve("rootfs");
    assertTrue(Files.isExecutable(root.resolve("opt/flint/bin/flint")));
    String path =
        config.strings("Env").stream().filter(e -> e.startsWith("PATH=")).findFirst().orElseThrow();
    assertTrue(flint(root, path, "--version").startsWith("flint "));
    assertTrue(flint(root, path, "images --json").contains("images/v1"));
  }

  /** Runs it in the root of the image, with a /proc, as Java wants one. */
  private static String flint(Path root, String path, String words) {
    String script =
        "mkdir -p \"$1/proc\"; exec unshare --mount --pid --fork sh -euc 'mount -t proc proc"
            + " \"$1/proc\"; exec env -i \"$2\" HOME=/root chroot \"$1\" flint $3' sh \"$@\"";
    return sh(script, root, path, words).out();
  }
}
