package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.registry.testing.TestCertificate;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Skopeo, buildah and podman log in over TLS, push and pull; skopeo also copies and deletes. */
final class EmbeddedLoginIT {
  @TempDir Path folder;
  private EmbeddedRegistry registry;
  private Path trusted;
  private Path logins;

  @BeforeEach
  void start() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder.resolve("tls"), "IP:127.0.0.1");
    trusted = Files.createDirectory(folder.resolve("trusted"));
    Files.copy(certificate.pem(), trusted.resolve("ca.crt"));
    logins = folder.resolve("auth.json");
    registry =
        new EmbeddedRegistry(
            folder.resolve("registry"),
            ServerSettings.OPEN
                .withTls(ServerTls.fromPem(certificate.certificate(), certificate.key()))
                .withHtpasswd(Htpasswd.write(folder.resolve("users"), Htpasswd.ACCOUNT), true));
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private Command.Result login(String program, String password) {
    return Command.run(
        program,
        "login",
        "--authfile",
        logins,
        "--cert-dir",
        trusted,
        "--username",
        "user",
        "--password",
        password,
        registry.host());
  }

  private String image(String name) {
    return "docker://" + registry.host() + "/" + name;
  }

  private Path layout() throws IOException {
    Path layout = folder.resolve("layout");
    Path disk = folder.resolve("disk.raw");
    byte[] bytes = new byte[2_000_000];
    new Random(3).nextBytes(bytes);
    Files.write(disk, bytes);
    Command.run("umoci", "init", "--layout", layout).ok();
    Command.run("umoci", "new", "--image", layout + ":v1").ok();
    Command.run("umoci", "insert", "--rootless", "--image", layout + ":v1", disk, "/disk.raw").ok();
    return layout;
  }

  @Test
  void skopeoLogsInAndPushesAndEverybodyPulls() throws IOException {
    assertNotEquals(0, login("skopeo", "wrong").exit());
    login("skopeo", "p:w").ok();
    String from = "oci:" + layout() + ":v1";
    Object[] push = {
      "skopeo", "--insecure-policy", "copy", "--dest-cert-dir", trusted, from, image("x:v1")
    };
    assertNotEquals(0, Command.run(push).exit(), "a push without a login");
    List<Object> withLogin = new ArrayList<>(List.of(push));
    withLogin.addAll(3, List.of("--dest-authfile", logins));
    Command.run(withLogin.toArray()).ok();
    Command.run(
            "skopeo",
            "--insecure-policy",
            "copy",
            "--src-cert-dir",
            trusted,
            image("x:v1"),
            "oci:" + folder.resolve("copy") + ":v1")
        .ok();
    assertEquals(
        Command.run("skopeo", "inspect", "--raw", from).ok().out(),
        Command.run("skopeo", "inspect", "--raw", "--cert-dir", trusted, image("x:v1")).ok().out());
  }

  private Command.Result skopeo(String verb, Object... words) {
    List<Object> all = new ArrayList<>(List.of("skopeo", "--insecure-policy", verb));
    all.addAll(List.of("--authfile", logins));
    all.addAll(List.of(words));
    return Command.run(all.toArray());
  }

  @Test
  void skopeoCopiesListsAndDeletesWithItsLogin() throws IOException {
    login("skopeo", "p:w").ok();
    skopeo("copy", "--dest-cert-dir", trusted, "oci:" + layout() + ":v1", image("x:v1")).ok();
    for (String copy : List.of("x:v2", "deep/down/y:v3")) {
      skopeo(
              "copy",
              "--src-cert-dir",
              trusted,
              "--dest-cert-dir",
              trusted,
              image("x:v1"),
              image(copy))
          .ok();
    }
    String tags = skopeo("list-tags", "--cert-dir", trusted, image("x")).ok().out();
    assertTrue(tags.contains("\"v1\"") && tags.contains("\"v2\""), tags);
    Object[] delete = {"skopeo", "delete", "--cert-dir", trusted, image("x:v1")};
    assertNotEquals(0, Command.run(delete).exit(), "a delete without a login");
    skopeo("inspect", "--cert-dir", trusted, image("x:v1")).ok();
    skopeo("delete", "--cert-dir", trusted, image("x:v1")).ok();
    assertNotEquals(0, skopeo("inspect", "--cert-dir", trusted, image("x:v1")).exit());
    skopeo("inspect", "--cert-dir", trusted, image("deep/down/y:v3")).ok();
  }

  /** A program that keeps images in a store of its own. */
  private Command.Result stored(String program, Object... words) {
    List<Object> all = new ArrayList<>(List.of(program));
    all.addAll(List.of("--root", folder.resolve("store"), "--runroot", folder.resolve("run")));
    all.addAll(List.of("--storage-driver", "vfs"));
    all.addAll(List.of(words));
    return Command.run(all.toArray()).ok();
  }

  @Test
  void buildahPushesWhatItBuilt() throws IOException {
    login("buildah", "p:w").ok();
    Path file = Files.writeString(folder.resolve("file"), "content");
    String container = stored("buildah", "from", "scratch").out().strip();
    stored("buildah", "copy", container, file, "/file");
    String id = stored("buildah", "commit", container).out().strip();
    stored(
        "buildah",
        "push",
        "--authfile",
        logins,
        "--cert-dir",
        trusted,
        id,
        image("built/by:buildah"));
    stored("buildah", "rm", container);
    stored("buildah", "rmi", id);
    stored("buildah", "pull", "--cert-dir", trusted, image("built/by:buildah"));
    Command.run("skopeo", "inspect", "--cert-dir", trusted, image("built/by:buildah")).ok();
  }

  @Test
  void podmanPullsAndPushesAgain() throws IOException {
    login("podman", "p:w").ok();
    Command.run(
            "skopeo",
            "--insecure-policy",
            "copy",
            "--dest-authfile",
            logins,
            "--dest-cert-dir",
            trusted,
            "oci:" + layout() + ":v1",
            image("x:v1"))
        .ok();
    String name = registry.host() + "/x:v1";
    stored("podman", "pull", "--authfile", logins, "--cert-dir", trusted, name);
    stored(
        "podman", "push", "--authfile", logins, "--cert-dir", trusted, name, image("y:by-podman"));
    Command.run("skopeo", "inspect", "--cert-dir", trusted, image("y:by-podman")).ok();
  }
}
