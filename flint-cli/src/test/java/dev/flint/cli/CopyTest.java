package dev.flint.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.console.Console;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RegistryServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code flint copy}, {@code save}, {@code load} and {@code index}. */
class CopyTest {
  @TempDir Path folder;
  private RegistryServer server;
  private String host;
  private Cli user;
  private Cli other;
  private Path disk;

  @BeforeEach
  void start() throws IOException {
    server =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("registry"));
    host = "127.0.0.1:" + server.address().getPort();
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    other = new Cli(Files.createDirectory(folder.resolve("other")));
    disk = folder.resolve("disk.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
    user.run("import", "--disk", disk.toString(), "hello:1").ok();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static String digest(String printed) {
    return printed.substring(printed.lastIndexOf("@sha256:"));
  }

  private String at(String file) {
    return folder.resolve(file).toString();
  }

  @Test
  void theSameBytesGoThroughEveryKindOfPlace() throws IOException {
    String digest = digest(user.run("copy", "store:hello:1", "oci:" + at("l") + ":a").ok());
    List<String> places =
        List.of(
            "oci:" + at("l") + ":a",
            host + "/first:1",
            "oci-archive:" + at("a.tar") + ":v1",
            host + "/second:1",
            "oci-archive:" + at("b.tar"),
            "oci:" + at("l") + ":b",
            "store:copied:1");
    for (int i = 1; i < places.size(); i++) {
      assertEquals(places.get(i) + digest, user.run("copy", places.get(i - 1), places.get(i)).ok());
    }
    user.run("unpack", "copied:1", "--to", at("out.qcow2")).ok();
    assertEquals(-1, Files.mismatch(disk, folder.resolve("out.qcow2")));
    assertFalse(Files.exists(other.store()), "the store is touched only where it is named");
    assertFalse(Files.exists(folder.resolve(".a.tar.flint-partial")));
  }

  @Test
  void takesWhatIsAttachedAlongIfWanted() throws IOException {
    user.run("copy", "store:hello:1", host + "/a:1").ok();
    Path list = Files.writeString(folder.resolve("list.txt"), "hello");
    String type = "application/vnd.example";
    String attached =
        digest(user.run("attach", host + "/a:1", list.toString(), "--artifact-type", type).ok());
    user.run("copy", host + "/a:1", host + "/plain:1").ok();
    assertFalse(user.run("referrers", host + "/plain:1").ok().contains(type));
    List<String> places =
        List.of(
            host + "/a:1",
            "oci-archive:" + at("a.tar") + ":v1",
            "oci:" + at("l") + ":v1",
            "store:whole:1",
            host + "/b:1");
    for (int i = 1; i < places.size(); i++) {
      user.run("copy", places.get(i - 1), places.get(i), "--recursive").ok();
    }
    String referrers = user.run("referrers", host + "/b:1").ok();
    assertTrue(referrers.contains(type), referrers);
    assertTrue(referrers.contains(attached.substring("@sha256:".length(), 20)), referrers);
  }

  @Test
  void copiesWithinOneStoreAndOneLayout() {
    user.run("copy", "store:hello:1", "store:hello:2").ok();
    user.run("copy", "store:hello:2", "oci:" + at("l") + ":a").ok();
    user.run("copy", "oci:" + at("l") + ":a", "oci:" + at("l") + ":b").ok();
    assertTrue(user.run("images").ok().contains("hello:2"));
  }

  @Test
  void saysWhatItDidAsJson() throws IOException {
    String printed = user.run("copy", "store:hello:1", "oci:" + at("l") + ":a", "--json").ok();
    JsonObject json = JsonObject.parse(printed.getBytes(UTF_8), "result");
    assertEquals(digest(json.requiredString("pinned")), "@" + json.requiredString("digest"));
  }

  @Test
  void savesAndLoadsByNameInBothFormats() throws IOException {
    user.run("import", "--disk", disk.toString(), "r.lan/team/web:2").ok();
    String saved = user.run("save", "hello:1", "r.lan/team/web:2", "--to", at("oci.tar")).ok();
    assertEquals(saved, other.run("load", "--from", at("oci.tar")).ok());
    String images = other.run("images").ok();
    assertTrue(images.contains("hello:1") && images.contains("r.lan/team/web:2"), images);

    user.run("save", "hello:1", "--to", at("docker.tar"), "--format", "docker").ok();
    Cli third = new Cli(Files.createDirectory(folder.resolve("third")));
    assertTrue(third.run("load", "--from", at("docker.tar")).ok().startsWith("hello:1@sha256:"));
    third.run("unpack", "hello:1", "--to", at("out.qcow2")).ok();
    assertEquals(-1, Files.mismatch(disk, folder.resolve("out.qcow2")));
  }

  @Test
  void savesNothingOverAnArchiveUnlessForced() throws IOException {
    Path file = Files.writeString(folder.resolve("a.tar"), "theirs");
    user.run("save", "hello:1", "--to", file.toString()).fails(3);
    user.run("copy", "store:hello:1", "oci-archive:" + file).fails(3);
    assertEquals("theirs", Files.readString(file));
    user.run("save", "none:1", "--to", file.toString(), "--force").fails(4);
    assertEquals("theirs", Files.readString(file));
    user.run("save", "hello:1", "--to", file.toString(), "--force").ok();
    other.run("load", "--from", file.toString()).ok();
  }

  /** What is fetched once nobody reads on would be for nobody, and it was not copied. */
  @Test
  void anArchiveThatNobodyReadsIsNone() {
    PrintStream closed =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            });
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(closed, new PrintStream(err, true, UTF_8), false, 80);
    Map<String, String> env =
        Map.of("HOME", at("user"), "FLINT_HOME", at("user/flint"), "PATH", "/bin");
    assertEquals(
        3, Flint.run(console, env, "copy", "store:hello:1", "-", "--digest-file", at("digest")));
    assertEquals(
        "flint: cannot write the archive to standard output",
        err.toString(UTF_8).lines().reduce("", (before, line) -> line));
    assertFalse(err.toString(UTF_8).contains("copied"), () -> err.toString(UTF_8));
    assertFalse(Files.exists(folder.resolve("digest")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"copy store:hello:1 -", "save hello:1 --to -"})
  void writesNoArchiveToATerminal(String line) throws Exception {
    Process process = user.start(List.of("-Dflint.out.tty=true"), line.split(" "));
    assertEquals(2, process.waitFor());
    String said = user.childLog();
    assertTrue(said.startsWith("flint: an archive is not for a terminal; "), said);
  }

  @Test
  void loadsAnImageWithoutANameUnderOneThatIsGiven() {
    user.run("copy", "store:hello:1", "oci-archive:" + at("a.tar")).ok();
    other.run("load", "--from", at("a.tar")).fails(4);
    user.run("copy", "store:hello:1", "oci-archive:" + at("b.tar") + ":v1").ok();
    other.run("load", "--from", at("b.tar")).fails(2);
    assertFalse(other.run("images").ok().contains("v1"));
    assertTrue(
        other.run("load", "--from", at("b.tar"), "--tag", "x:1").ok().startsWith("x:1@sha256:"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "copy hello:1 store:x:1",
        "copy store:hello:1 oci:",
        "copy store:hello:1 oci:l:",
        "copy store:hello:1 docker-archive:x.tar --recursive",
        "copy store:hello:1 127.0.0.1:1/x@sha256:"
            + "0000000000000000000000000000000000000000000000000000000000000000",
        "save --to x.tar",
        "save hello:1",
        "load",
        "index create x:1",
        "index create x:1 hello:1 --remote",
      })
  void refusesWrongUsageBeforeAnythingIsTouched(String line) {
    user.run(line.split(" ")).fails(2);
  }

  @Test
  void aPlatformThatIsNotThereIsNotFound() {
    String[] line = {"copy", "store:hello:1", "oci:" + at("l"), "--platform", "linux/mips"};
    user.run(line).fails(4);
  }

  @Test
  void makesAnIndexInTheStoreAndInARegistry() throws IOException {
    user.run("import", "--disk", disk.toString(), "hello:amd", "--arch", "amd64").ok();
    user.run("import", "--disk", disk.toString(), "hello:arm", "--arch", "arm64").ok();
    String made =
        user.run("index", "create", "hello:all", "hello:amd", "hello:arm", "--annotation", "a=b")
            .ok();
    assertTrue(made.startsWith("hello:all@sha256:"), made);
    String shown = user.run("index", "inspect", "hello:all").ok();
    assertTrue(shown.contains("linux/amd64") && shown.contains("linux/arm64"), shown);
    assertTrue(user.run("index", "inspect", "hello:all", "--json").ok().contains("\"a\" : \"b\""));
    user.run("index", "inspect", "hello:amd").fails(9);
    user.run("import", "--disk", disk.toString(), "hello:amd2", "--label", "a=b").ok();
    user.run("index", "create", "hello:two", "hello:amd", "hello:amd2").fails(2);

    user.run("copy", "store:hello:amd", host + "/one:1").ok();
    user.run("copy", "store:hello:arm", host + "/two:1").ok();
    user.run("index", "create", host + "/both:1", host + "/one:1", host + "/two:1", "--remote")
        .ok();
    String remote = user.run("index", "inspect", host + "/both:1", "--remote").ok();
    assertEquals(shown, remote);
    String whole = user.run("copy", host + "/both:1", "oci:" + at("l") + ":all").ok();
    assertEquals(digest(whole), digest(user.run("copy", "oci:" + at("l"), "store:back:1").ok()));
    String[] one = {"copy", host + "/both:1", "store:arm:1", "--platform", "linux/arm64"};
    assertEquals(
        digest(user.run("copy", "store:hello:arm", "oci:" + at("m")).ok()),
        digest(user.run(one).ok()));
  }
}
