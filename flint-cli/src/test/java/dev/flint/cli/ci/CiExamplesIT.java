package dev.flint.cli.ci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.Cli;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.server.ServerSettings;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scripts of the pipelines, run by real shells with the variables of their platforms, on the
 * distribution and the embedded registry, which wants a password. Not run: what needs Capstan or
 * Debian's packages; the disk that Capstan would have composed is there.
 */
class CiExamplesIT {
  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{ ([\\w.-]+) }}");
  private static final String USER = "ci";
  private static final String PASSWORD = "p:w";
  private static final String COMMIT_TIME = "2026-01-02T03:04:05+00:00";

  @TempDir Path folder;
  private RegistryServer server;
  private String host;
  private Runner runner;
  private Cli reader;

  @BeforeEach
  void start() throws IOException {
    Peers.require("qemu-system-x86_64");
    Peers.require("curl");
    Path accounts = folder.resolve("htpasswd");
    Command.run("htpasswd", "-B", "-C", "5", "-b", "-c", accounts, USER, PASSWORD).ok();
    ServerSettings open = ServerSettings.OPEN;
    server =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            folder.resolve("registry"),
            new ServerSettings(
                Optional.of(accounts),
                false,
                open.tls(),
                open.readOnly(),
                open.minChunk(),
                open.upstream(),
                open.metrics()),
            line -> {});
    host = "127.0.0.1:" + server.address().getPort();
    Path workspace = Files.createDirectory(folder.resolve("workspace"));
    runner = new Runner(workspace);
    Path repository = Files.createDirectories(workspace.resolve(".capstan/repository/osv-hello"));
    DemoGuest.writeQcow2(repository.resolve("osv-hello.qemu"), "/hello.so");
    Files.writeString(workspace.resolve("sbom.spdx.json"), "{\"spdxVersion\":\"SPDX-2.3\"}");
    reader =
        new Cli(Files.createDirectory(folder.resolve("reader")))
            .with("FLINT_REGISTRY", host)
            .with("FLINT_USERNAME", USER)
            .with("FLINT_PASSWORD", PASSWORD);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static Path distribution() {
    return Path.of(System.getProperty("flint.dist", "target/dist/missing")).toAbsolutePath();
  }

  /** Where the archive of the distribution is, and its digest, as variables of a project. */
  private static Map<String, String> release() throws Exception {
    Path archive = distribution().resolveSibling(distribution().getFileName() + ".tar.gz");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
    return Map.of(
        "FLINT_URL", archive.toUri().toString(), "FLINT_SHA256", HexFormat.of().formatHex(digest));
  }

  /** The image is in the registry under its digest, with its SBOM, and is what was imported. */
  private void assertPublished(String reference, String tag) throws IOException {
    String digest = reference.substring(reference.indexOf('@') + 1);
    assertTrue(reference.startsWith(host + "/"), reference);
    assertEquals(digest, reader.run("digest", tag).ok());
    JsonObject sbom =
        json(reader.run("referrers", reference, "-o", "json").ok()).objects("referrers").get(0);
    assertEquals("application/spdx+json", sbom.requiredString("artifactType"));
    Path disk = folder.resolve("disk");
    reader.run("pull", reference, "--unpack", "--to", disk.toString()).ok();
    Path made = runner.workspace().resolve(".capstan/repository/osv-hello/osv-hello.qemu");
    assertEquals(-1, Files.mismatch(made, disk));
    reader.run("pull", reference).ok();
    assertTrue(
        reader.run("inspect", reference, "--json").ok().contains("2026-01-02T03:04:05Z"),
        "the image carries the time of the commit");
  }

  private static JsonObject json(String text) throws IOException {
    return JsonObject.parse(text.getBytes(StandardCharsets.UTF_8), "output");
  }

  @Test
  void theWorkflowForGithubActions() throws Exception {
    Path workspace = runner.workspace();
    commit(workspace);
    Path temporary = Files.createDirectory(folder.resolve("temp"));
    Path summary = folder.resolve("summary");
    runner
        .with("RUNNER_TEMP", temporary.toString())
        .with("GITHUB_REPOSITORY", "Team/Osv-Hello")
        .with("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567")
        .with("GITHUB_STEP_SUMMARY", summary.toString());
    Map<String, String> known = new HashMap<>();
    release().forEach((name, value) -> known.put("vars." + name, value));
    known.put("github.actor", USER);
    known.put("secrets.GITHUB_TOKEN", PASSWORD);
    Map<String, String> variables =
        new HashMap<>(Examples.documents(Examples.GITHUB).get(0).stringMap("env"));
    variables.put("REGISTRY", host);
    variables.forEach(
        (name, value) -> {
          runner.with(name, value);
          known.put("env." + name, value);
        });
    List<String> left = new ArrayList<>();
    for (JsonObject step : Examples.githubJob().objects("steps")) {
      String name = step.string("name").orElse("");
      if (step.string("run").isEmpty() || name.contains("Capstan")) {
        left.add(step.string("uses").orElse(name));
        continue;
      }
      step(step, known);
    }
    assertEquals(
        List.of(
            "actions/checkout@v7",
            "actions/setup-java@v5",
            "actions/cache@v5",
            "Install QEMU and Capstan",
            "Compose the disk with Capstan",
            "anchore/sbom-action@v0"),
        left);
    String reference = String.valueOf(known.get("steps.push.outputs.pinned"));
    assertTrue(reference.endsWith("@" + known.get("steps.push.outputs.digest")), reference);
    assertTrue(Files.readString(summary).contains(reference));
    assertTrue(Files.readString(workspace.resolve("boot-test.xml")).contains("failures=\"0\""));
    assertPublished(reference, host + "/team/osv-hello:0123456789abcdef0123456789abcdef01234567");
  }

  /** Runs a step as a runner does: bash -e, and what it appends to the files of its variables. */
  private void step(JsonObject step, Map<String, String> known) throws Exception {
    Path outputs = Files.createFile(folder.resolve("outputs"));
    Path paths = Files.createFile(folder.resolve("paths"));
    Map<String, String> own = new HashMap<>();
    if (step.has("env")) {
      step.stringMap("env").forEach((name, text) -> own.put(name, evaluated(text, known)));
    }
    own.put("GITHUB_OUTPUT", outputs.toString());
    own.put("GITHUB_PATH", paths.toString());
    runner.run(step.requiredString("run"), own, "bash", "-e");
    for (String line : Files.readAllLines(outputs)) {
      int equals = line.indexOf('=');
      known.put(
          "steps." + step.requiredString("id") + ".outputs." + line.substring(0, equals),
          line.substring(equals + 1));
    }
    Files.readAllLines(paths).forEach(runner::addPath);
    Files.delete(outputs);
    Files.delete(paths);
  }

  private static String evaluated(String text, Map<String, String> known) {
    Matcher matcher = EXPRESSION.matcher(text);
    StringBuilder all = new StringBuilder();
    while (matcher.find()) {
      String value = known.get(matcher.group(1));
      assertTrue(value != null, () -> "nothing known as " + text);
      matcher.appendReplacement(all, Matcher.quoteReplacement(String.valueOf(value)));
    }
    return matcher.appendTail(all).toString();
  }

  private static void commit(Path workspace) throws Exception {
    Command.run("git", "init", "-q", workspace).ok();
    Runner git =
        new Runner(workspace)
            .with("GIT_COMMITTER_DATE", COMMIT_TIME)
            .with("GIT_AUTHOR_DATE", COMMIT_TIME);
    List<String> words = new ArrayList<>(List.of("git", "-c", "user.name=ci", "-c"));
    words.addAll(List.of("user.email=ci@example.org", "commit", "-q", "--allow-empty", "-m", "x"));
    git.run(words, Map.of());
  }

  @Test
  void thePipelineForGitlab() throws Exception {
    Path workspace = runner.workspace();
    String repository = host + "/team/osv-hello";
    runner
        .with("CI_PROJECT_DIR", workspace.toString())
        .with("CI_REGISTRY", host)
        .with("CI_REGISTRY_IMAGE", repository)
        .with("CI_REGISTRY_USER", USER)
        .with("CI_REGISTRY_PASSWORD", PASSWORD)
        .with("CI_COMMIT_SHA", "0123456789abcdef")
        .with("CI_COMMIT_TIMESTAMP", COMMIT_TIME);
    release().forEach(runner::with);
    JsonObject pipeline = Examples.documents(Examples.GITLAB).get(0);
    JsonObject job = Examples.part(pipeline, "publish");
    for (JsonObject level : List.of(pipeline, job)) {
      level
          .stringMap("variables")
          .forEach((name, text) -> runner.with(name, runner.expanded(text)));
    }
    List<String> lines = new ArrayList<>(job.strings("before_script"));
    assertTrue(lines.remove(0).startsWith("apt-get "), "needs root and a registry of packages");
    lines.addAll(job.strings("script"));
    String out = runner.run(String.join("\n", lines), Map.of(), "bash", "-eo", "pipefail");
    String digest = Files.readString(workspace.resolve("digest"));
    String reference = repository + "@" + digest;
    assertTrue(out.contains("\n" + reference + "\n"), out);
    assertEquals(
        "IMAGE_REFERENCE=" + reference + "\n", Files.readString(workspace.resolve("flint.env")));
    assertTrue(Files.readString(workspace.resolve("boot-test.xml")).contains("failures=\"0\""));
    JsonObject metadata = json(Files.readString(workspace.resolve("metadata.json")));
    assertEquals(digest, metadata.requiredString("containerimage.digest"));
    assertPublished(reference, repository + ":0123456789abcdef");
  }

  @Test
  void theTaskForTekton() throws Exception {
    Path workspace = runner.workspace();
    Path results = Files.createDirectory(folder.resolve("results"));
    Path login = Files.createDirectory(folder.resolve("dockerconfig"));
    String auth =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        login.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(host, auth));
    runner.addPath(distribution().resolve("bin").toString());
    Map<String, String> known = new HashMap<>();
    JsonObject task = Examples.tektonTask();
    for (JsonObject param : task.objects("params")) {
      param.string("default").ifPresent(value -> known.put("$(params." + name(param) + ")", value));
    }
    String image = host + "/team/osv-hello:1.0";
    known.put("$(params.app)", "osv-hello");
    known.put("$(params.image)", image);
    known.put("$(params.expect)", "Cmdline:");
    known.put("$(params.source-date-epoch)", "1767323045");
    known.put("$(workspaces.source.path)", workspace.toString());
    known.put("$(workspaces.dockerconfig.path)", login.toString());
    for (JsonObject result : task.objects("results")) {
      known.put("$(results." + name(result) + ".path)", results.resolve(name(result)).toString());
    }
    for (JsonObject variable : Examples.part(task, "stepTemplate").objects("env")) {
      String value = variable.requiredString("value");
      for (Map.Entry<String, String> each : known.entrySet()) {
        value = value.replace(each.getKey(), each.getValue());
      }
      assertTrue(!value.contains("$("), value);
      runner.with(variable.requiredString("name"), value);
    }
    for (JsonObject step : task.objects("steps")) {
      Path script = folder.resolve("script");
      Files.writeString(script, step.requiredString("script"));
      Command.run("chmod", "755", script).ok();
      runner.run(List.of(script.toString()), Map.of());
    }
    String reference = Files.readString(results.resolve("reference"));
    assertEquals(
        host + "/team/osv-hello@" + Files.readString(results.resolve("digest")), reference);
    assertPublished(reference, image);
  }

  private static String name(JsonObject json) {
    try {
      return json.requiredString("name");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
