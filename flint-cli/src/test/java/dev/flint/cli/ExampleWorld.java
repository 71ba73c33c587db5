package dev.flint.cli;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.testing.Command;
import dev.flint.testing.LinuxGuest;
import dev.flint.testing.MachineFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All that the examples in the help speak of: a folder with the files, a store and a registry with
 * the images. Names a free port where the examples say 5000.
 */
final class ExampleWorld implements AutoCloseable {
  private final Path folder;
  private final Path work;
  private final Cli user;
  private final RegistryServer registry;
  private final Map<String, String> env = new HashMap<>();

  private ExampleWorld(Path folder, Path flint, Cli user, Map<String, String> env)
      throws IOException {
    this.folder = folder;
    this.user = user;
    this.env.putAll(env);
    work = Files.createDirectory(folder.resolve("work"));
    this.env.put("PATH", flint.toAbsolutePath().getParent() + ":" + System.getenv("PATH"));
    this.env.put("JAVA_HOME", System.getProperty("java.home"));
    // An example keeps its temporary folder.
    this.env.put("TMPDIR", Files.createDirectory(folder.resolve("tmp")).toString());
    registry =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder.resolve("served"));
    try {
      files();
      images();
    } catch (IOException | RuntimeException | AssertionError e) {
      registry.close();
      throw e;
    }
  }

  /** Makes one below an empty folder, for the program there is at a path. */
  static ExampleWorld make(Path folder, Path flint) throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path run = Files.createDirectory(home.resolve("run"));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> env =
        Map.of(
            "HOME", home.toString(),
            "FLINT_HOME", home.resolve("flint").toString(),
            "XDG_RUNTIME_DIR", run.toString());
    return new ExampleWorld(folder, flint, new Cli(home), env);
  }

  /** Makes one of a device, beside its files. */
  static ExampleWorld make(Path folder, Path flint, AgentDevice device) throws IOException {
    return new ExampleWorld(folder, flint, device.user(), device.env());
  }

  /** The line with this world's port. */
  String here(String line) {
    return line.replace("localhost:5000", "localhost:" + registry.address().getPort())
        .replace("127.0.0.1:5000", "127.0.0.1:0")
        .replace("--listen :5000", "--listen :0")
        .replace("--listen :5001", "--listen :0");
  }

  private String at(String file) {
    return work.resolve(file).toString();
  }

  private void files() throws IOException {
    DemoGuest.writeQcow2(work.resolve("my-disk.qcow2"), "/hello");
    DemoGuest.writeQcow2(work.resolve("web1.qcow2"), "/web");
    DemoGuest.writeRaw(work.resolve("disk.raw"), "/hello");
    Command.run("qemu-img", "convert", "-O", "vmdk", at("disk.raw"), at("appliance.vmdk")).ok();
    Files.write(work.resolve("vmlinux"), MachineFiles.vmlinux());
    Files.write(work.resolve("root.raw"), MachineFiles.rootfs());
    Files.writeString(work.resolve("sbom.json"), "{\"spdxVersion\":\"SPDX-2.3\"}\n");
    Files.writeString(work.resolve("token"), "secret\n");
    Files.createDirectory(work.resolve("pods"));
    Files.createDirectories(work.resolve("build/etc"));
    Files.writeString(work.resolve("build/app"), "an app\n");
    Files.createDirectories(work.resolve("web/meta"));
    Files.writeString(work.resolve("web/app"), "an app\n");
    Files.writeString(work.resolve("web/meta/package.yaml"), "name: web\ntitle: Web\nauthor: me\n");
    Files.writeString(
        work.resolve("web/meta/run.yaml"),
        "runtime: native\nconfig_set:\n  web:\n    bootcmd: /app\nconfig_set_default: web\n");
    user.addToCapstan("osv-hello", work.resolve("my-disk.qcow2"), ".qemu");
    user.addToCapstan("osv-loader", work.resolve("my-disk.qcow2"), ".qemu");
    BuildFolder.make(work, "localhost:" + registry.address().getPort() + "/demo/built");
    TestCertificate certificate =
        TestCertificate.create(Files.createDirectory(folder.resolve("tls")), "DNS:localhost");
    Files.copy(certificate.pem(), work.resolve("tls.pem"));
    Files.copy(certificate.key(), work.resolve("tls.key"));
    Command.run("htpasswd", "-B", "-b", "-c", at("users"), "me", "secret").ok();
  }

  private void images() throws IOException {
    String first = here("localhost:5000/demo/osv-hello:1.0");
    user.run("import", "--disk", at("my-disk.qcow2"), "osv-hello:1.0").ok();
    user.run("import", "--disk", at("web1.qcow2"), "osv-hello:1.1").ok();
    user.run("import", "--disk", at("web1.qcow2"), "--arch", "arm64", "arm:1.0").ok();
    user.run("tag", "osv-hello:1.0", first).ok();
    user.run("push", first).ok();
    user.run("tag", "osv-hello:1.1", here("localhost:5000/demo/web:2")).ok();
    user.run("push", here("localhost:5000/demo/web:2")).ok();
    user.run(
            "import",
            "--backend",
            "linux-vm",
            "--kernel",
            at("vmlinux"),
            "--rootfs",
            at("root.raw"),
            "vm:1")
        .ok();
    user.run("config", "set", "limit-rate", "1G").ok();
    user.run("index", "create", "app:1.0", "osv-hello:1.0", "arm:1.0").ok();
    user.run("save", "osv-hello:1.0", "--to", at("images.tar")).ok();
    user.run("copy", "store:osv-hello:1.0", "oci:" + at("layout") + ":1.0").ok();
    byte[] manifest = user.run("manifest", "get", first).ok().getBytes(StandardCharsets.UTF_8);
    Files.write(work.resolve("manifest.json"), manifest);
    JsonObject document = JsonObject.parse(manifest, "manifest");
    env.put("DIGEST", document.objects("layers").get(0).requiredString("digest"));
  }

  /** Begins to run a line in a shell, in the folder with the files. */
  Process start(String line) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of("/bin/sh", "-c", "set -e\n" + here(line)))
            .directory(work.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    return builder.start();
  }

  /** Has the image {@code web:1} be of a disk that boots Linux and serves HTTP on port 8080. */
  void addWeb() throws IOException {
    LinuxGuest.writeDisk(work.resolve("linux.raw"));
    user.run("import", "--disk", at("linux.raw"), "web:1").ok();
  }

  /** What the last line has said so far. */
  String said() throws IOException {
    return Files.readString(folder.resolve("said"), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    registry.close();
  }
}
