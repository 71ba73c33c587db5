package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TlsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flint doctor}, on parts that work and on broken ones. */
class DoctorTest {
  private static final String SECRET = "s3cr3t-of-mine";

  @TempDir Path home;
  private Cli user;

  @BeforeEach
  void user() throws IOException {
    // Without QEMU, which takes its time; DoctorIT has it.
    user = new Cli(home).in(home).with("PATH", home.resolve("bin").toString());
    Files.createDirectory(home.resolve("bin"));
  }

  /** The line about something. */
  private static String line(Cli.Result result, String subject) {
    return result
        .out()
        .lines()
        .filter(line -> line.replaceFirst("^[a-z]+ +", "").startsWith(subject + ": "))
        .findFirst()
        .orElseGet(() -> "nothing of " + subject + " in\n" + result.out() + result.err());
  }

  private Cli.Result problem(String subject, String words, String... hosts) {
    Cli.Result result = run(hosts);
    assertEquals(11, result.exit(), result.out() + result.err());
    String line = line(result, subject);
    assertTrue(line.startsWith("problem  ") && line.contains(words), line);
    assertTrue(result.err().contains("there are problems with: "), result.err());
    assertTrue(result.err().contains(subject), result.err());
    return result;
  }

  private Cli.Result run(String... hosts) {
    String[] words = Arrays.copyOf(hosts, hosts.length + 1);
    System.arraycopy(hosts, 0, words, 1, hosts.length);
    words[0] = "doctor";
    Cli.Result result = user.run(words);
    assertFalse((result.out() + result.err()).contains(SECRET), result.out() + result.err());
    return result;
  }

  private Cli.Result finds(String subject, String level, String words, String... hosts) {
    Cli.Result result = run(hosts);
    String line = line(result, subject);
    assertTrue(line.startsWith(level + " ") && line.contains(words), line);
    return result;
  }

  private void docker(String json) throws IOException {
    Path file = Files.createDirectories(home.resolve(".docker")).resolve("config.json");
    Files.writeString(file, json);
    user.with("X", "y");
    file.toFile().setReadable(false, false);
    file.toFile().setReadable(true, true);
  }

  @Test
  void anEmptyHomeIsWell() throws IOException {
    Cli.Result result = run();
    result.ok();
    assertTrue(line(result, "qemu").startsWith("warning  "), result.out());
    assertTrue(line(result, "store").contains("first image"), result.out());
    assertFalse(Files.exists(home.resolve("flint")), "a doctor leaves nothing behind");
    List<String> subjects =
        result
            .out()
            .lines()
            .filter(line -> !line.startsWith(" "))
            .map(line -> line.replaceFirst("^[a-z]+ +", "").replaceFirst(":.*", ""))
            .toList();
    assertEquals("java", subjects.get(0));
    assertEquals("proxy", subjects.get(subjects.size() - 1));
  }

  @Test
  void saysTheSameToPrograms() throws IOException {
    Cli.Result result = user.run("doctor", "localhost:1", "-o", "json");
    assertEquals(11, result.exit(), result.err());
    JsonObject json =
        JsonObject.parse(result.out().getBytes(StandardCharsets.UTF_8), "what the doctor says");
    assertEquals("doctor/v1", json.requiredString("schema"));
    List<JsonObject> checks = json.objects("checks");
    JsonObject last = checks.get(checks.size() - 1);
    assertEquals("registry localhost:1", last.requiredString("check"));
    assertEquals("problem", last.requiredString("result"));
    assertEquals("is the registry up?", last.requiredString("remedy"));
  }

  @Test
  void aRegistryOfOursIsWell() throws IOException {
    try (RegistryServer registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), home.resolve("r"))) {
      String host = "127.0.0.1:" + registry.address().getPort();
      finds("registry " + host, "ok", "reached without TLS, not logged in", host).ok();
    }
  }

  @Test
  void tellsWhoOneIsLoggedInToAndNeverThePassword() throws IOException {
    try (PasswordRegistry registry = new PasswordRegistry("user", SECRET)) {
      String host = registry.host();
      finds("registry " + host, "warning", "wants a login", host).ok();
      user.runWith(SECRET, "login", host, "-u", "user", "--password-stdin").ok();
      // Without being named.
      finds("registry " + host, "ok", "password of user in " + home.resolve(".docker")).ok();
      docker(Files.readString(home.resolve(".docker/config.json")).replace("dXNl", "dXNm"));
      problem("registry " + host, "refuses the password of");
    }
  }

  @Test
  void aStoreThatCannotBeReadIsAProblem() throws IOException {
    Path disk = home.resolve("d.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
    user.run("import", "--disk", disk.toString(), "a:1").ok();
    finds("store", "ok", "images: 1").ok();
    Path session =
        Files.createDirectories(user.store().resolve(".flint/ingest")).resolve("0".repeat(73));
    Files.createDirectory(session);
    Files.createFile(session.resolve("lock"));
    Files.write(session.resolve("0"), new byte[3]);
    finds("unfinished", "ok", "3 B of killed commands").ok();
    assertFalse(Files.exists(session));
    Path index = user.store().resolve("index.json");
    byte[] good = Files.readAllBytes(index);
    Files.writeString(index, "{\"manifests\": \u001b[31m");
    assertFalse(problem("store", "layout index").out().contains("\u001b"));
    Files.write(index, good);
    Files.delete(index.resolveSibling("oci-layout"));
    problem("store", "oci-layout");
    Files.writeString(index.resolveSibling("oci-layout"), "{\"imageLayoutVersion\":\"9.0.0\"}");
    problem("store", "version 9.0.0");
    Files.writeString(index.resolveSibling("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    try (var blobs = Files.list(user.store().resolve("blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        Files.delete(blob);
      }
    }
    problem("store", "1 of 1 images lack their manifest");
  }

  @Test
  void aFileInPlaceOfAFolderIsAProblem() throws IOException {
    Files.writeString(home.resolve("flint"), "");
    problem("space", "is not a folder");
  }

  @Test
  void aRegistryThatIsDownOrSilentIsOneLine() throws IOException {
    String closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = "127.0.0.1:" + socket.getLocalPort();
    }
    problem("registry " + closed, "Connection refused", closed);
    // It takes connections, and never says a word.
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String host = "127.0.0.1:" + silent.getLocalPort();
      problem("registry " + host, "did not answer", host);
    }
  }

  @Test
  void aCertificateOfNobodyIsAProblemUntilItIsTrusted() throws IOException {
    TestCertificate certificate = TestCertificate.create(home.resolve("key"), "IP:127.0.0.1");
    try (TlsServer registry = TlsServer.start(certificate)) {
      String host = registry.host();
      String name = "registries." + host;
      user.run("config", "set", name + ".plain-http", "false").ok();
      problem("registry " + host, "nobody who is trusted here vouches for its certificate");
      user.run("config", "set", name + ".ca-file", certificate.pem().toString()).ok();
      assertFalse(line(run(), "registry " + host).contains("vouches"));
    }
  }

  @Test
  void aClockThatIsOffIsAWarningAndOtherServersAreProblems() throws IOException {
    try (FaultServer registry =
        FaultServer.start(
            exchange ->
                exchange.send(
                    """
                    HTTP/1.1 200 OK\r
                    Date: Sat, 01 Jan 2000 00:00:00 GMT\r
                    Content-Length: 0\r
                    \r
                    """))) {
      finds("clock", "warning", "behind", registry.host()).ok();
    }
    try (FaultServer other =
        FaultServer.start(
            exchange -> exchange.send("HTTP/1.1 418 No\r\nContent-Length: 0\r\n\r\n"))) {
      problem("registry " + other.host(), "answered 418", other.host());
    }
  }

  @Test
  void looksAtFilesWithLogins() throws IOException {
    docker("{\"credsStore\": \"gone\", \"auths\": {\"localhost:1\": {}}}");
    finds("logins", "ok", "has localhost:1");
    Cli.Result result = run();
    assertTrue(result.out().contains("docker-credential-gone, which "), result.out());
    docker("{\"auths\": {\"localhost:1\": {}}}");
    assertTrue(run().out().contains("entries without a login: localhost:1"));
    docker("{\"auths\": {\"localhost:1\": {\"auth\": \"" + SECRET + "\"}}}");
    problem("logins", "whose auth is not base64");
    docker("{\"auths\": " + SECRET);
    problem("logins", "not a JSON object");
  }

  @Test
  void looksAtConfigurationAndProxies() throws IOException {
    user.with("https_proxy", "http://me:" + SECRET + "@localhost:3128").with("HTTP_PROXY", "x");
    finds("proxy", "warning", "by https_proxy; HTTP_PROXY is not looked at").ok();
    user.with("https_proxy", "gopher://" + SECRET);
    problem("proxy", "another way than http");
    user.with("https_proxy", "");
    Path file = Files.createDirectories(home.resolve(".config/flint")).resolve("config.yaml");
    Files.writeString(file, "jobs: 4\njbos: 1\n");
    problem("config", "line 2: unknown key jbos");
    Files.delete(file);
    user.with("FLINT_CONFIG", home.resolve("none").toString());
    problem("config", "no such file: " + home.resolve("none"));
  }
}
