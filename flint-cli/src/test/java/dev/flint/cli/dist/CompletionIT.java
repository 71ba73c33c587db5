package dev.flint.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceState;
import dev.flint.cli.Cli;
import dev.flint.cli.completion.Shell;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.registry.server.RegistryServer;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Types into real shells, with the completions that the distribution holds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CompletionIT {
  private static final Distribution FLINT = Distribution.built();

  @TempDir static Path folder;

  private final Map<Shell, TypedShell> shells = new EnumMap<>(Shell.class);
  private RegistryServer registry;
  private Map<String, String> env;
  private Path work;
  private String host;

  @BeforeAll
  void makesThingsToName() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    registry = RegistryServer.start(any, Files.createDirectory(folder.resolve("registry")));
    host = "127.0.0.1:" + registry.address().getPort();
    Path home = Files.createDirectory(folder.resolve("home"));
    work = Files.createDirectory(folder.resolve("work"));
    Files.createDirectory(work.resolve("layout"));
    Path disk = work.resolve("my disk.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
    images(new Cli(home), disk);
    instance(home, "web1", InstanceState.created(1).starting(false, 1).running(1, "", ""));
    instance(home, "web2", InstanceState.created(1));
    Files.createDirectory(home.resolve(".docker"));
    Files.writeString(
        home.resolve(".docker/config.json"),
        "{\"auths\": {\"https://index.docker.io/v1/\": {\"auth\": \"eDp5\"}, \"ghcr.io\": {}},"
            + "\"credHelpers\": {\"quay.io\": \"none\"}, \"HttpHeaders\": {\"gitlab.com\": \"\"}}");
    env =
        Map.of(
            "HOME", home.toString(),
            "FLINT_HOME", home.resolve("flint").toString(),
            "XDG_RUNTIME_DIR", home.toString(),
            "JAVA_HOME", System.getProperty("java.home"),
            "PATH", FLINT.folder().resolve("bin") + ":/usr/bin:/bin");
    for (Shell shell : Shell.values()) {
      shells.put(shell, start(shell, shell.name(), env));
    }
    fillTheCache("tags-" + host + "%demo%app", host + "/demo/app:");
    fillTheCache("repositories-" + host, host + "/");
  }

  private void images(Cli user, Path disk) throws IOException {
    for (String name : List.of("1.0", "2.0")) {
      String image = host + "/demo/app:" + name;
      user.run("import", "--disk", disk.toString(), image).ok();
      user.run("push", image).ok();
      user.run("rmi", image).ok();
    }
    for (String name : List.of("localhost:5000/demo/web:1.0", "localhost:5000/demo/web:1.1")) {
      user.run("import", "--disk", disk.toString(), name).ok();
    }
    user.run("tag", "localhost:5000/demo/web:1.0", "tools:1").ok();
    user.addToCapstan("hello", disk, ".qemu");
    user.addToCapstan("team/web", disk, ".qemu");
    // None of Capstan's: no disk is called like it.
    Files.createDirectories(user.capstanImage("empty"));
    Path other = Files.createDirectories(work.resolve("other/repository/elsewhere"));
    Files.copy(disk, other.resolve("elsewhere.raw"));
  }

  private static void instance(Path home, String name, InstanceState state) throws IOException {
    Path instance = Files.createDirectories(home.resolve("flint/agent/instances").resolve(name));
    Files.write(instance.resolve("state.json"), state.toJson().bytes());
  }

  private TypedShell start(Shell shell, String name, Map<String, String> variables)
      throws Exception {
    return TypedShell.start(
        shell, folder.resolve(name), work, FLINT.folder().resolve("completions"), variables);
  }

  /** The first Tab has the program ask in the background; this waits for it. */
  private void fillTheCache(String file, String word) throws Exception {
    shell(Shell.bash).offered("flint pull " + word);
    Path names = Path.of(env.get("HOME"), ".cache/flint/names", file);
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!Files.exists(names)) {
      assertTrue(System.nanoTime() < end, () -> "no file " + names);
      Thread.onSpinWait();
    }
  }

  private TypedShell shell(Shell shell) {
    return Objects.requireNonNull(shells.get(shell));
  }

  @AfterAll
  void ends() throws IOException {
    shells.values().forEach(TypedShell::close);
    if (registry != null) {
      registry.close();
    }
  }

  /** A line that is typed, and what is offered for its last word. */
  record Position(String line, List<String> offered) {
    @Override
    public String toString() {
      return line;
    }
  }

  private static Position at(String line, String... offered) {
    return new Position(line, List.of(offered));
  }

  /** HOST is the registry. */
  private static List<Position> positions() {
    return List.of(
        // Commands and their subcommands, aliases too; what is hidden or unknown is not offered.
        at("flint pus", "push"),
        at("flint im", "images", "import"),
        at("flint l", "load", "login", "logout", "logs", "ls"),
        at("flint manifest ", "delete", "get", "put"),
        at("flint index c", "create"),
        at("flint help man", "manifest"),
        at("flint help manifest p", "put"),
        at("flint self-a"),
        at("flint nonsense "),
        at("flint nonsense --he"),
        // Options: negated ones, after others, given before, repeated, after --.
        at("flint pull --pl", "--plain-http", "--platform"),
        at("flint pull --no-p", "--no-plain-http"),
        at("flint -q pull --from-d", "--from-disk"),
        at("flint --progress plain im", "images", "import"),
        at("flint images --js", "--json"),
        at("flint images --json --js"),
        at("flint run --env-file a --env-f", "--env-file"),
        at("flint login --pass", "--password-stdin"),
        at("flint images -- --js"),
        // Their values.
        at("flint --progress ", "auto", "json", "none", "plain", "tty"),
        at("flint convert -O q", "qcow2"),
        at("flint save --format ", "docker", "oci"),
        at("flint save --format=", "--format=docker", "--format=oci"),
        at("flint save --format=d", "--format=docker"),
        at("flint import --backend li", "linux-vm"),
        at("flint build --backend ", "containerd", "osv"),
        at("flint pull --platform linux/arm", "linux/arm/v7", "linux/arm64"),
        at("flint pull --platform=linux/s", "--platform=linux/s390x"),
        at("flint unpack --to-capstan team", "team/web"),
        at("flint completion ", "bash", "fish", "zsh"),
        // Images of the store, with their colons.
        at(
            "flint inspect ",
            "localhost:5000/demo/web:1.0",
            "localhost:5000/demo/web:1.1",
            "tools:1"),
        at("flint inspect loc", "localhost:5000/demo/web:1.0", "localhost:5000/demo/web:1.1"),
        at(
            "flint push localhost:5000/demo/web:",
            "localhost:5000/demo/web:1.0",
            "localhost:5000/demo/web:1.1"),
        at("flint rmi tools:1 localhost:5000/demo/web:1.1", "localhost:5000/demo/web:1.1"),
        at("flint tag tools:1 to", "tools:1"),
        at("flint -q inspect --json to", "tools:1"),
        at("flint diff to", "tools:1"),
        at("flint inspect tools:1 x"),
        at("flint run tools:1 "),
        // Capstan's images, here or there.
        at("flint import ", "hello", "team/web"),
        at("flint import team/", "team/web"),
        at("flint import hello to", "tools:1"),
        at("flint import --capstan-root other ", "elsewhere"),
        at("flint import --capstan-root=other ", "elsewhere"),
        // Instances.
        at("flint stop ", "web1"),
        at("flint rm ", "web1", "web2"),
        at("flint rm web1 web", "web1", "web2"),
        at("flint exec web1 "),
        at("flint restart ", "web1", "web2"),
        at("flint restart web1 --he", "--help"),
        at("flint rm rest"),
        // Registries, their repositories and tags.
        at("flint login ", "docker.io", "ghcr.io", "quay.io"),
        at("flint logout g", "ghcr.io"),
        at("flint repos loc", "localhost:5000"),
        at("flint tags HOST/de", "HOST/demo/app"),
        at("flint pull HOST/de", "HOST/demo/app:"),
        at("flint pull HOST/demo/app:", "HOST/demo/app:1.0", "HOST/demo/app:2.0"),
        at("flint run --rm HOST/demo/app:2", "HOST/demo/app:2.0"),
        at("flint pull -- HOST/demo/app:2", "HOST/demo/app:2.0"),
        at("flint pull 127.0.0.1:1/nobody/there:"),
        // Places and files.
        at("flint copy o", "oci-archive:", "oci:"),
        at("flint copy store:to", "store:tools:1"),
        at("flint copy tools:1 HOST/demo/app:2", "HOST/demo/app:2.0"),
        at("flint import --disk my", "my disk.qcow2"),
        at("flint diff my", "my disk.qcow2"));
  }

  static Stream<Arguments> positionsInShells() {
    return Stream.of(Shell.values())
        .flatMap(shell -> positions().stream().map(position -> Arguments.of(shell, position)));
  }

  @ParameterizedTest
  @MethodSource("positionsInShells")
  void offers(Shell shell, Position position) throws Exception {
    List<String> offered = shell(shell).offered(position.line().replace("HOST", host));
    List<String> expected =
        position.offered().stream().map(word -> word.replace("HOST", host)).sorted().toList();
    // A shell that is offered just what was typed has nothing to insert.
    List<String> typed = List.of(position.line().replaceFirst(".* ", ""));
    assertEquals(expected.equals(typed) ? List.of() : expected, offered);
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void tabInsertsWhatIsSure(Shell shell) throws Exception {
    TypedShell typed = shell(shell);
    assertEquals("flint push ", typed.afterTab("flint pus"));
    assertEquals("flint inspect tools:1 ", typed.afterTab("flint inspect to"));
    assertEquals(
        "flint inspect localhost:5000/demo/web:1.", typed.afterTab("flint inspect localhost:5"));
    assertEquals("flint save --format=docker ", typed.afterTab("flint save --format=d"));
    // Where more must follow there is no space.
    assertEquals("flint copy store:", typed.afterTab("flint copy s"));
    assertEquals("flint pull " + host + "/demo/app:", typed.afterTab("flint pull " + host + "/d"));
    assertEquals("flint copy store:tools:1 ", typed.afterTab("flint copy store:to"));
    // Files keep their spaces, also after the prefix of a place.
    assertEquals("flint import --disk my\\ disk.qcow2 ", typed.afterTab("flint import --disk my"));
    assertEquals("flint copy oci:layout/", typed.afterTab("flint copy oci:l"));
    assertEquals(
        "flint copy docker-archive:my\\ disk.qcow2 ",
        typed.afterTab("flint copy docker-archive:my"));
    // What is right of the cursor is no part of the word; the others complete no beginnings.
    assertEquals(
        shell == Shell.bash ? "flint pushing" : "flint pusing", typed.afterTab("flint pusing", 3));
    // The program may be named by a path.
    String path = FLINT.launcher().toString();
    assertEquals(path + " inspect tools:1 ", typed.afterTab(path + " inspect to"));
  }

  @ParameterizedTest
  @EnumSource(names = {"zsh", "fish"})
  void showsWhatTheWordsMean(Shell shell) throws Exception {
    TypedShell typed = shell(shell);
    typed.type("C-l");
    typed.type("-l", "--", "flint im");
    typed.type("Tab");
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    String screen = typed.screen();
    while (!screen.contains("List the images of the local store")
        || !screen.contains("Make an image of a disk")) {
      String now = screen;
      assertTrue(System.nanoTime() < end, () -> now);
      screen = typed.screen();
    }
    typed.clear();
    assertEquals("flint push ", typed.afterTab("flint pus"));
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void isSilentAboutWhatIsBroken(Shell shell) throws Exception {
    Path home = Files.createDirectory(folder.resolve("broken-" + shell));
    Path store = Files.createDirectories(home.resolve("store"));
    String key = "\"org.opencontainers.image.ref.name\"";
    Files.writeString(
        store.resolve("index.json"),
        "{]"
            + key
            + ":\"$(touch pwned)\","
            + key
            + ":\"`touch pwned`\","
            + key
            + ":\"-rf\","
            + (key
                + ":\"\u001b[2Jx\","
                + key
                + ":\"a b\","
                + key
                + ":\"good:1\","
                + key
                + ":\"cut"));
    Path config = Files.createDirectory(home.resolve("config.json"));
    Map<String, String> broken = new HashMap<>(env);
    broken.put("FLINT_HOME", home.toString());
    broken.put("DOCKER_CONFIG", home.toString());
    broken.put("CAPSTAN_ROOT", config.toString());
    broken.put("XDG_CACHE_HOME", "/dev/null");
    broken.put("JAVA_HOME", "/nowhere");
    try (TypedShell typed = start(shell, "broken-shell-" + shell, broken)) {
      assertEquals(List.of("good:1"), typed.offered("flint inspect "));
      assertEquals(List.of(), typed.offered("flint login g"));
      assertEquals(List.of(), typed.offered("flint stop w"));
      assertEquals(List.of(), typed.offered("flint import h"));
      String last = "flint pull 127.0.0.1:1/a/b:";
      assertEquals(List.of(), typed.offered(last));
      // Nothing but prompts, and perhaps what was typed last, until the shell has drawn anew.
      assertEquals("", typed.screen().replace(last, "").replace(">", "").strip());
    }
    assertFalse(Files.exists(work.resolve("pwned")));
  }

  @Test
  void zshWithoutItsCompletionIsToldWhatIsMissing() {
    Path file = FLINT.folder().resolve("completions").resolve(Shell.zsh.fileName());
    Command.Result result = Command.run(Peers.require("zsh"), "-fc", "source " + file);
    assertEquals(
        "flint: completion needs compinit before it: autoload -Uz compinit && compinit\n",
        result.err());
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void theProgramPrintsTheSame(Shell shell) throws Exception {
    Path file = FLINT.folder().resolve("completions").resolve(shell.fileName());
    Launch launch = new Launch(Files.createDirectories(folder.resolve("print-" + shell)));
    Launch.Result launched =
        launch.with("JAVA_HOME", "/nowhere").run(FLINT.launcher(), "completion", shell.name());
    assertEquals(new Launch.Result(0, Files.readString(file), ""), launched);
    Command.Result java =
        Command.run(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            "-jar",
            FLINT.jar(),
            "completion",
            shell.name());
    assertEquals(Files.readString(file), java.ok().out());
  }
}
