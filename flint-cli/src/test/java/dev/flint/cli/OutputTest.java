package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Digest;
import dev.flint.oci.Platform;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What commands print, in every form; those that need an agent are in {@link OutputIT}. */
class OutputTest {
  /**
   * What they print is what they find on this machine: the doctor's programs, sockets, accounts and
   * free space, of which a containerd, for one, is looked for in one place whatever the environment
   * says. They are held against their schemas only; DoctorTest has their words.
   */
  private static final Set<String> OF_THE_MACHINE = Set.of("doctor");

  @TempDir Path folder;
  private Cli user;
  private RegistryServer registry;
  private String web;
  private Golden golden;

  @BeforeEach
  void prepare() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("registry"));
    String host = "localhost:" + registry.address().getPort();
    web = host + "/demo/web:1.0";
    golden = new Golden().replace(folder.toString(), "/FOLDER").replace(host, "localhost:50000");
  }

  @AfterEach
  void close() throws IOException {
    registry.close();
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private String disk(String name, String commandLine) throws IOException {
    Path file = file(name);
    DemoGuest.writeRaw(file, commandLine);
    return file.toString();
  }

  /** Without compression, whose sizes depend on the libraries of the machine. */
  private void importWeb() throws IOException {
    user.run(
            "import",
            "--disk",
            disk("web.raw", "/web.so --port 80"),
            web,
            "--compression",
            "none",
            "--arch",
            "amd64",
            "--port",
            "80",
            "--memory",
            "64m",
            "--env",
            "A=b",
            "--annotation",
            "org.example.note=é\u202e: x",
            "--created",
            "2026-11-22T06:00:00Z")
        .ok();
  }

  private JsonObject check(String name, String... args) throws IOException {
    return golden.check(user::run, name, args);
  }

  private String pinned() throws IOException {
    return user.run("images", "-o", "{{.reference}}@{{.digest}}").ok();
  }

  @Test
  void ofTheStore() throws IOException {
    importWeb();
    check("images", "images");
    check("inspect", "inspect", web);
    check("tag", "tag", web, "localhost/copy:1");
    assertEquals("localhost/copy:1\n" + web, user.run("images", "-q").ok());
    check("save", "save", web, "--to", file("images.tar").toString(), "--force");
    check("load", "load", "--from", file("images.tar").toString());
    check("index-create", "index", "create", "localhost/all:1", web, "--annotation", "a=b");
    check("index-inspect", "index", "inspect", "localhost/all:1");
    check("unpack", "unpack", web, "--to", file("disk").toString(), "--force");
    assertEquals(
        "/FOLDER/disk",
        normal(user.run("unpack", "-q", web, "--to", file("disk").toString(), "--force").ok()));
    check("copy", "copy", "store:" + web, "oci:" + file("layout") + ":1");
    golden.check(
        args -> {
          user.run("tag", web, "localhost/old:1").ok();
          return user.run(args);
        },
        "rmi",
        "rmi",
        "localhost/old:1");
  }

  @Test
  void ofTheCareOfTheStore() throws IOException {
    importWeb();
    user.run("tag", web, "localhost/copy:1").ok();
    golden.replace(Pattern.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]+Z"), "TIME");
    check("store-path", "store", "path");
    check("store-du", "store", "du");
    check("store-ls", "store", "ls");
    JsonObject sound = Golden.parse(user.run("store", "fsck", "-o", "json").ok());
    Schemas.check(sound);
    assertEquals(List.of(), sound.objects("problems"));
    // Like a blob, but of no image.
    byte[] orphan = "orphan".getBytes(StandardCharsets.UTF_8);
    Files.write(blob(Digest.sha256(orphan).toString()), orphan);
    check("store-gc", "store", "gc", "--min-age", "0s", "--dry-run");
    user.run("store", "gc", "--min-age", "0s").ok();
    Files.writeString(
        blob(user.run("inspect", web, "-o", "{{(index .layers 0).digest}}").ok()), "");
    golden.check(failing(8), "store-fsck", "store", "fsck");
  }

  private Path blob(String digest) {
    return user.store().resolve("blobs").resolve(digest.replace(':', '/'));
  }

  /** The user's commands, which must end so although they print a result. */
  private Golden.Command failing(int exit) {
    return args -> {
      Cli.Result result = user.run(args);
      assertEquals(exit, result.exit(), result::toString);
      return new Cli.Result(0, result.out(), result.err());
    };
  }

  @Test
  void ofSettings() throws IOException {
    user.in(folder).with("FLINT_PROGRESS", "plain");
    user.run("config", "set", "jobs", "2").ok();
    check("config-list", "config", "list", "--origin");
  }

  @Test
  void ofTheProgramAndTheMachine() throws IOException {
    golden
        .replace(Runtime.version() + " (" + System.getProperty("java.vendor") + ")", "17 (VENDOR)")
        .replace(Platform.host().toString(), "linux/amd64");
    check("version", "version");
    // Nothing is found there, so that no guest has to run.
    user.in(folder).with("PATH", file("none").toString());
    JsonObject doctor =
        Golden.checkSchema(
            args -> {
              Cli.Result result = user.run(args);
              // A machine may have problems, such as a full disk.
              assertTrue(result.exit() == 0 || result.exit() == 11, result::toString);
              return new Cli.Result(0, result.out(), result.err());
            },
            "doctor",
            "doctor");
    assertEquals("java", doctor.objects("checks").get(0).requiredString("check"));
  }

  @Test
  void whatWasDoneBeforeAFailureIsTold() throws IOException {
    importWeb();
    BuildFolder.make(file("built"), web.substring(0, web.indexOf('/')) + "/built");
    List<String> built = user.run("build", file("built").toString()).ok().lines().toList();
    String name = built.get(0).substring(0, built.get(0).indexOf('@'));
    String guest = built.get(1).substring(0, built.get(1).indexOf('@'));
    Files.delete(blob(user.run("inspect", guest, "-o", "{{(index .layers 0).digest}}").ok()));
    for (String format : List.of("table", "json", "{{.pinned}}")) {
      Cli.Result result = user.run("push", name, "--all-variants", "-o", format);
      assertNotEquals(0, result.exit());
      assertTrue(result.out().contains(built.get(0)), result::toString);
      assertFalse(result.out().contains(guest), result::toString);
      assertTrue(result.err().contains("flint: "), result::toString);
    }
    // Of a damaged image nobody knows which blobs it needs, so none can be freed.
    Path damaged = blob(built.get(1).substring(built.get(1).indexOf('@') + 1));
    Files.write(damaged, new byte[Math.toIntExact(Files.size(damaged))]);
    Cli.Result removed = user.run("rmi", "-q", web);
    assertNotEquals(0, removed.exit(), removed::toString);
    assertEquals(web, removed.out().strip());
  }

  @Test
  void ofWhatCannotRunOnAnyHost() throws IOException {
    Path module = Files.write(file("m.wasm"), new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    user.run("import", "--module", module.toString(), "x:1").ok();
    golden.check(failing(9), "check", "check", "x:1");
  }

  private String normal(String text) {
    return text.replace(folder.toString(), "/FOLDER");
  }

  @Test
  void ofDisks() throws IOException {
    String a = disk("a.raw", "/a");
    String b = disk("b.raw", "/b");
    check("import", "import", "--disk", a, "x:1", "--compression", "none");
    new Golden()
        .replace(folder.toString(), "/FOLDER")
        // What is missing is compressed, by what the machine has.
        .replace(Pattern.compile("about [0-9.]+ KiB"), "about 9 KiB")
        .replace(Pattern.compile("(download\\W+bytes\"? ?: )[0-9]+"), "$1" + 9)
        .check(user::run, "diff", "diff", a, b);
    check("convert", "convert", a, file("c.qcow2").toString(), "--force");
    Path site = Files.createDirectory(file("site"));
    Files.writeString(site.resolve("app"), "a");
    check(
        "compose",
        "compose",
        site.toString(),
        "--loader",
        a,
        "--cmd",
        "/app",
        "--to",
        file("composed.raw").toString(),
        "--force");
  }

  @Test
  void ofBuilds() throws IOException {
    Path site = Files.createDirectory(file("site"));
    Files.writeString(site.resolve("program"), "x");
    DemoGuest.writeRaw(site.resolve("loader.img"), "/another");
    Files.writeString(
        site.resolve("flint.yaml"),
        """
        name: demo/web:1
        backends: [containerd, osv]
        platforms: [linux/amd64]
        command: [/program]
        files: {program: /program}
        osv: {loader: loader.img}
        """);
    check("build", "build", site.toString());
  }

  @Test
  void ofRegistries() throws IOException {
    importWeb();
    check("push", "push", web);
    check("digest", "digest", web);
    user.run("pull", web).ok();
    check("pull", "pull", web);
    String repository = web.substring(0, web.lastIndexOf(':'));
    user.run("tag", web, repository + ":0.9").ok();
    user.run("push", repository + ":0.9").ok();
    check("tags", "tags", repository);
    check("repos", "repos", web.substring(0, web.indexOf('/')));
    new Golden()
        .replace(folder.toString(), "/FOLDER")
        .replace(web.substring(0, web.indexOf('/')), "localhost:50000")
        // A column as wide as the folder's name.
        .replace(Pattern.compile("(?<=\\S) {3,}"), "   ")
        .check(user::run, "auth-explain", "auth", "explain", repository);
    Path sbom = Files.writeString(file("sbom.json"), "{}");
    check(
        "attach", "attach", web, sbom + ":application/json", "--artifact-type", "application/json");
    user.run(
            "attach",
            web,
            sbom.toString(),
            "--artifact-type",
            "application/a",
            "--annotation",
            "k=v")
        .ok();
    check("referrers", "referrers", web);
    Path manifest = Files.writeString(file("m.json"), user.run("manifest", "get", web).out());
    check("manifest-put", "manifest", "put", repository + ":again", manifest.toString());
    golden.check(
        args -> {
          user.run("manifest", "put", repository + ":again", manifest.toString()).ok();
          user.run("manifest", "put", repository + ":0.9", manifest.toString()).ok();
          return user.run(args);
        },
        "manifest-delete",
        "manifest",
        "delete",
        repository + ":again");
  }

  @Test
  void quietPrintsWhatAScriptGoesOnWith() throws IOException {
    importWeb();
    String pinned = pinned();
    assertEquals(pinned, user.run("push", "-q", web).ok());
    assertEquals(pinned, user.run("-q", "pull", web).ok());
    assertEquals(pinned, user.run("inspect", "-q", web).ok());
    assertEquals("1.0", user.run("tags", "-q", web.substring(0, web.lastIndexOf(':'))).ok());
    assertEquals(pinned.substring(pinned.indexOf('@') + 1), user.run("digest", "-q", web).ok());
    assertEquals(web, user.run("rmi", "-q", web).ok());
  }

  @Test
  void templatesAreForEachItemAndGoTemplatesForTheDocument() throws IOException {
    importWeb();
    user.run("tag", web, "localhost/copy:1").ok();
    assertEquals(
        "localhost/copy:1\tlinux/amd64\n" + web + "\tlinux/amd64\n",
        user.run("images", "-o", "{{.reference}}\\t{{join .platforms \",\"}}").out());
    assertEquals("2\n", user.run("images", "-o", "go-template={{len .images}}").out());
    assertEquals(
        "a b ",
        user.run("images", "-o", "go-template={{range .images}}{{/* x */}}{{end}}a b ")
                .out()
                .strip()
            + " ");
    assertEquals("80/tcp\n", user.run("inspect", web, "-o", "{{index .ports 0}}").out());
    assertEquals("\n", user.run("inspect", web, "-o", "{{index .labels \"none\"}}").out());
    pushed();
  }

  private void pushed() {
    user.run("push", web).ok();
    String repository = web.substring(0, web.lastIndexOf(':'));
    assertEquals("<1.0>", user.run("tags", repository, "-o", "<{{.}}>").ok());
  }

  /** What docker prints for {@code --format 'table ...'}. */
  @Test
  void tableBeforeATemplateMeansColumnsBelowHeadings() throws IOException {
    String template =
        "table {{.reference}}\\t{{index .platforms 0 | upper}}\\t{{if .size}}{{.diskFormat}}{{end}}";
    assertEquals("REFERENCE   PLATFORMS   DISK FORMAT\n", user.run("images", "-o", template).out());
    importWeb();
    user.run("tag", web, "localhost/a:1").ok();
    int width = web.length();
    assertEquals(
        List.of(
            "REFERENCE" + " ".repeat(width - 9) + "   PLATFORMS     DISK FORMAT",
            "localhost/a:1" + " ".repeat(width - 13) + "   LINUX/AMD64   raw",
            web + "   LINUX/AMD64   raw"),
        user.run("images", "-o", template).ok().lines().toList());
    assertEquals(
        List.of("PINNED", user.run("inspect", web, "-q").ok()),
        user.run("inspect", web, "-o", "table {{.pinned}}").ok().lines().toList());
  }

  @Test
  void aWrongTemplateIsToldBeforeAnythingIsDone() throws IOException {
    importWeb();
    for (String format : List.of("{{.a", "{{nope .a}}", "xml", "{{end}}", "go-template={{if}}")) {
      String error = user.run("tag", web, "localhost/other:1", "-o", format).fails(2).err();
      assertFalse(error.contains("Exception"), error);
    }
    assertFalse(user.run("images").ok().contains("other"));
    String error = user.run("images", "-o", "{{.Digest}}").fails(2).err();
    assertTrue(error.contains("there are: reference, digest"), error);
  }

  private static void printing(CommandLine command, Set<String> names) {
    if (command.getCommandSpec().findOption("--output") != null) {
      String name = command.getCommandSpec().qualifiedName("-");
      names.add(name.substring(name.indexOf('-') + 1));
    }
    command.getSubcommands().values().forEach(sub -> printing(sub, names));
  }

  @Test
  void everyCommandThatPrintsHasGoldenFilesAndASchema() throws IOException {
    Set<String> names = new TreeSet<>();
    printing(Flint.model(), names);
    assertTrue(names.size() > 20, names.toString());
    // Of flint run --dry-run, and of --metadata-file: always JSON.
    Set<String> expected = new TreeSet<>(Set.of("run-plan.json"));
    Set<String> schemas = new TreeSet<>(Set.of("run-plan.v1.json", "metadata.v1.json"));
    for (String name : names) {
      if (!OF_THE_MACHINE.contains(name)) {
        Stream.of(".txt", ".json", ".yaml").forEach(form -> expected.add(name + form));
      }
      schemas.add(name + ".v1.json");
    }
    assertEquals(expected, new TreeSet<>(Cli.names(Golden.FOLDER)));
    assertEquals(schemas, new TreeSet<>(Cli.names(Schemas.FOLDER)));
  }

  @Test
  void everySchemaIsOne() throws IOException {
    List<String> files = new ArrayList<>(Cli.names(Schemas.FOLDER));
    assertFalse(files.isEmpty());
    for (String file : files) {
      Schemas.checkSchema(Schemas.FOLDER.resolve(file));
    }
  }

  @Test
  void documentationNamesEverySchema() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "output.md"));
    for (String file : Cli.names(Schemas.FOLDER)) {
      assertTrue(page.contains("schema/" + file), file);
    }
  }
}
