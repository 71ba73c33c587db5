package dev.flint.agent;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.PublishedPorts;
import dev.flint.agent.containerd.ContainerdBackend;
import dev.flint.agent.qemu.Acceleration;
import dev.flint.agent.qemu.QemuBackend;
import dev.flint.agent.qemu.QemuSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What this host can run images by. */
public final class Backends {
  private Backends() {}

  /**
   * Those that are there, by the names images call them. Nothing is started or connected to.
   *
   * @param state the agent's folder
   * @param containerd the socket that was asked for, where containerd may be down as yet; without
   *     one the usual socket is looked for
   */
  public static Map<String, Backend> of(
      Map<String, String> env, StateFolder state, Optional<Path> containerd) throws IOException {
    Map<String, Backend> backends = new TreeMap<>();
    PublishedPorts published = new PublishedPorts();
    QemuSettings.find(env, Acceleration.AUTO, state.root())
        .ifPresent(
            qemu -> {
              QemuBackend guests = new QemuBackend(qemu, published);
              backends.put(QemuBackend.NAME, guests);
              backends.put(QemuBackend.ANY_DISK, guests);
            });
    Path socket = containerd.orElse(ContainerdBackend.USUAL_SOCKET);
    if (containerd.isPresent() || Files.exists(socket)) {
      ContainerdBackend containers = new ContainerdBackend(socket, state.root(), env, published);
      backends.put(containers.name(), containers);
    }
    return backends;
  }
}
