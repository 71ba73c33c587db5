package dev.flint.cli;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with a build file, for a container of busybox and the demo's guest as OSv variant. */
final class BuildFolder {
  private BuildFolder() {}

  static Path make(Path folder, String name) throws IOException {
    Files.createDirectories(folder.resolve("etc"));
    Files.copy(Peers.require("busybox"), folder.resolve("busybox"));
    Files.writeString(folder.resolve("etc/greeting"), "hello from a file\n");
    DemoGuest.writeRaw(folder.resolve("loader.img"), "/another");
    Files.writeString(
        folder.resolve("flint.yaml"),
        """
        name: %s
        tags: ["1.0"]
        backends: [containerd, osv]
        command: [/bin/busybox, cat, /etc/greeting]
        memory: 64Mi
        files:
          - {source: busybox, target: /bin/busybox, mode: 0755}
          - {source: etc, target: /etc}
        osv:
          loader: loader.img
          command: [/hello, built]
        """
            .formatted(name));
    return folder;
  }
}
