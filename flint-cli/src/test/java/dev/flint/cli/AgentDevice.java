package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.AgentMain;
import dev.flint.agent.StateFolder;
import dev.flint.agent.containerd.ContainerdBackend;
import dev.flint.agent.control.ControlClient;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.log.LogQuery;
import dev.flint.agent.log.LogReader;
import dev.flint.agent.testing.BusyboxImage;
import dev.flint.agent.testing.Containerd;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.server.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A device of a test's own: an agent that is a process, a containerd, a registry with two images
 * and a folder of pods. Closing it ends all that runs.
 */
final class AgentDevice implements AutoCloseable {
  private static final int END_SECONDS = 120;

  private final Path folder;
  private final Path pods;
  private final Path fetcher;
  private final Containerd containerd;
  private final RegistryServer registry;
  private final Cli developer;
  private final Cli user;
  private final StateFolder state;
  private final Map<String, String> env = new HashMap<>();
  private @Nullable Process agent;

  private AgentDevice(Path folder, Containerd containerd, String path) throws IOException {
    this.folder = folder;
    this.containerd = containerd;
    pods = Files.createDirectory(folder.resolve("pods"));
    Path home = Files.createDirectory(folder.resolve("device"));
    env.put("PATH", path);
    env.put("HOME", home.toString());
    env.put("FLINT_HOME", home.resolve("flint").toString());
    env.put("XDG_RUNTIME_DIR", containerd.newFolder("run").toString());
    developer = new Cli(Files.createDirectory(folder.resolve("developer")));
    user = new Cli(home).with("XDG_RUNTIME_DIR", env.get("XDG_RUNTIME_DIR"));
    state = StateFolder.of(home.resolve("flint/agent"), env);
    fetcher = folder.resolve("fetch");
    Files.writeString(
        fetcher,
        "#!/bin/sh\nexec " + String.join(" ", java("dev.flint.agent.task.TaskMain")) + " \"$@\"\n",
        StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(fetcher, PosixFilePermissions.fromString("rwx------"));
    registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("registry"));
  }

  /** Starts all but the agent. */
  static AgentDevice make(Path folder) throws IOException {
    return make(folder, System.getenv("PATH"));
  }

  /** Starts all but the agent, with a search path for it and for containerd. */
  static AgentDevice make(Path folder, String path) throws IOException {
    Containerd containerd = Containerd.start(path);
    try {
      AgentDevice device = new AgentDevice(folder, containerd, path);
      device.fillRegistry();
      return device;
    } catch (IOException | RuntimeException | AssertionError e) {
      containerd.close();
      throw e;
    }
  }

  /** What starts a class of the tests' class path in a process of its own. */
  static List<String> java(String main) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-cp",
        System.getProperty("java.class.path"),
        main);
  }

  private void fillRegistry() throws IOException {
    Path disk = folder.resolve("disk.img");
    DemoGuest.writeRaw(disk, "/hello");
    developer.run("import", "--disk", disk.toString(), guest()).ok();
    try (OciLayout store = OciLayout.openOrCreate(developer.store())) {
      byte[] base = BusyboxImage.baseLayer(folder.resolve("busybox"));
      new LayoutImages(store)
          .tag(
              Reference.parse(box()), BusyboxImage.store(store, JsonObject.empty(), List.of(base)));
    }
    developer.run("push", guest()).ok();
    developer.run("push", box()).ok();
  }

  /** The image of the demo's guest. */
  String guest() {
    return "localhost:" + registry.address().getPort() + "/demo/guest:1";
  }

  /** A container image of busybox. */
  String box() {
    return "localhost:" + registry.address().getPort() + "/demo/box:1";
  }

  /** Has the registry give the container image by a further tag. */
  String pushBox(String tag) throws IOException {
    String name = box().substring(0, box().length() - 1) + tag;
    developer.run("tag", box(), name).ok();
    developer.run("push", name).ok();
    return name;
  }

  /** From now on nobody answers there. */
  void stopRegistry() throws IOException {
    registry.close();
  }

  /** What programs on the device find in their environment. */
  Map<String, String> env() {
    return Map.copyOf(env);
  }

  /** Who types commands on the device. */
  Cli user() {
    return user;
  }

  /** The device's own store of images. */
  Path store() {
    return user.store();
  }

  Containerd containerd() {
    return containerd;
  }

  StateFolder state() {
    return state;
  }

  /** Has agents that are started from now on find networks of CNI in a folder. */
  void networks(Path lists) {
    env.put("NETCONFPATH", lists.toString());
  }

  /** Starts the agent with further options, and waits until it answers. */
  void startAgent(String... options) throws IOException {
    List<String> program = new ArrayList<>(java(AgentMain.class.getName()));
    program.addAll(List.of("--fetcher", fetcher.toString()));
    startAgent(program, options);
  }

  /** Starts the agent by another program, and waits until it answers. */
  void startAgent(List<String> program, String... options) throws IOException {
    List<String> argv = new ArrayList<>(program);
    argv.addAll(List.of("--state", state.root().toString()));
    argv.addAll(List.of("--pods", pods.toString()));
    argv.addAll(List.of("--containerd", containerd.socket().toString()));
    argv.addAll(List.of("--listen", "none"));
    argv.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("agent.log").toFile()));
    builder.environment().putAll(env);
    agent = builder.start();
    await("the agent answers", this::answers);
  }

  private boolean answers() throws IOException {
    assertTrue(agent().isAlive(), this::words);
    return !ask("pods").names().isEmpty();
  }

  /** Asks the agent to end; what it runs goes on. */
  void endAgent() throws IOException {
    agent().destroy();
    awaitEnd();
  }

  /** Ends the agent as nothing can be refused; what it runs goes on. */
  void killAgent() throws IOException {
    agent().destroyForcibly();
    awaitEnd();
  }

  private void awaitEnd() throws IOException {
    try {
      assertTrue(agent().waitFor(END_SECONDS, TimeUnit.SECONDS), "the agent does not end");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private Process agent() {
    return Objects.requireNonNull(agent, "the agent was not started");
  }

  /** Asks the agent; without an answer there is nothing in it. */
  JsonObject ask(String op) throws IOException {
    ControlClient client = ControlClient.connect(state.socket()).orElse(null);
    if (client == null) {
      return JsonObject.empty();
    }
    try (client) {
      return client.ask(JsonObject.empty().with("op", op));
    }
  }

  /** Puts a file of pods there, at once as a whole. */
  void write(String file, String yaml) throws IOException {
    Path aside = folder.resolve("aside");
    Files.writeString(aside, yaml, StandardCharsets.UTF_8);
    Files.move(aside, pods.resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes a file of pods away. */
  void delete(String file) throws IOException {
    Files.delete(pods.resolve(file));
  }

  /** What is said of a pod; empty if there is none of this name. */
  JsonObject pod(String name) throws IOException {
    for (JsonObject pod : ask("pods").objects("pods")) {
      if (pod.requiredString("name").equals(name)) {
        return pod;
      }
    }
    return JsonObject.empty();
  }

  /** What is said of a container of a pod; empty if there is none. */
  JsonObject container(String pod, String name) throws IOException {
    JsonObject found = pod(pod);
    if (found.has("containers")) {
      for (JsonObject container : found.objects("containers")) {
        if (container.requiredString("name").equals(name)) {
          return container;
        }
      }
    }
    return JsonObject.empty();
  }

  /** Whether a member of what is said has this text. */
  static boolean says(JsonObject said, String member, String text) throws IOException {
    return said.scalar(member).orElse("").equals(text);
  }

  /** The lines of a container's last run. */
  List<String> log(String pod, String container) throws IOException {
    List<String> lines = new ArrayList<>();
    InstanceId id = new InstanceId("default_" + pod + "_" + container);
    try {
      new LogReader(state.folder(id)).read(LogQuery.ALL, line -> lines.add(line.plainText()));
    } catch (NoSuchFileException e) {
      // Not there yet, or just removed.
    }
    return lines;
  }

  /** Waits until something holds; if it never does, says what the agent says. */
  void await(String what, Containerd.Condition condition) throws IOException {
    try {
      Containerd.await(what, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + ask("pods") + "\n" + words(), e);
    }
  }

  /** What the agent has printed. */
  String words() {
    try {
      return Files.readString(folder.resolve("agent.log"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** What the kernel has of this device's instances. */
  DeviceProcesses processes() {
    return new DeviceProcesses(state.instances() + "/", containerd.socket().toString());
  }

  /** Waits until nothing of any instance is left: neither a process nor a file or mount. */
  void awaitNothingLeft() throws IOException {
    await("no pods", () -> ask("pods").objects("pods").isEmpty());
    await("no instances", () -> ask("list").objects("instances").isEmpty());
    await("no QEMU", () -> processes().guestIds().isEmpty());
    await("no shim", () -> containerd.shims().isEmpty());
    assertEquals(List.of(), names(state.instances()), "folders of instances");
    assertEquals(List.of("agent.sock"), sockets(), "sockets");
    assertEquals(List.of(), containerd.mounts(), "mounts");
    assertEquals(List.of(), cgroups(), "cgroups");
    await("no volumes", () -> names(state.root().resolve("volumes")).isEmpty());
  }

  private List<String> sockets() throws IOException {
    List<String> found = new ArrayList<>(names(state.sockets()));
    // The folder that volumes of secrets are made in stays.
    found.remove("secrets");
    assertEquals(List.of(), names(state.sockets().resolve("secrets")), "secrets");
    return found;
  }

  /** Cgroups of this device's containers. */
  private List<String> cgroups() throws IOException {
    List<String> found = new ArrayList<>();
    String prefix = namespace() + "-";
    for (String controller : names(Path.of("/sys/fs/cgroup"))) {
      for (String group : names(Path.of("/sys/fs/cgroup").resolve(controller))) {
        if (group.startsWith(prefix)) {
          found.add(controller + "/" + group);
        }
      }
    }
    return found;
  }

  /** The name that containerd has for this device's agent. */
  String namespace() {
    return new ContainerdBackend(containerd.socket(), state.root(), Map.of()).namespace();
  }

  private static List<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void close() throws IOException {
    try (containerd;
        registry) {
      if (agent != null && agent.isAlive()) {
        killAgent();
      }
      // QEMUs, daemons of shares and fetching processes alike.
      DeviceProcesses.killAllOf(folder);
    }
  }
}
