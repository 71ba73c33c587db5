package dev.flint.agent.kube.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders that stand for those of a machine. */
final class Machine {
  private final Path root;

  /** One with 2 GiB of memory, half of it in use, and 300 of 4000 possible tasks. */
  Machine(Path root) throws IOException {
    this.root = root;
    memory(2 << 20, 1 << 20);
    tasks(300);
    write("proc/sys/kernel/pid_max", "4000\n");
    write("proc/sys/kernel/threads-max", "15000\n");
    write("proc/sys/kernel/random/boot_id", "6f1a7f6e-0000-4000-8000-000000000001\n");
    write("proc/sys/kernel/osrelease", "6.1.0-edge\n");
    write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
    write("etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
    write("sys/class/dmi/id/product_uuid", "4c4c4544-0000-1000-8000-000000000002\n");
  }

  /** In kibibytes. */
  void memory(long total, long available) throws IOException {
    write(
        "proc/meminfo",
        "MemTotal:       %d kB\nMemFree: 1 kB\nMemAvailable:   %d kB\n"
            .formatted(total, available));
  }

  void tasks(int number) throws IOException {
    write("proc/loadavg", "0.10 0.20 0.30 2/" + number + " 4711\n");
  }

  void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  void remove(String file) throws IOException {
    Files.delete(root.resolve(file));
  }

  NodeHost host() {
    return new NodeHost(root, root);
  }
}
