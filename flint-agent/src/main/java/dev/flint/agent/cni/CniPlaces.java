package dev.flint.agent.cni;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where this host has plugins and networks. The variables are those of CNI's own {@code cnitool}.
 *
 * @param plugins folders, parted by colons
 * @param networks the folder of the network lists
 */
record CniPlaces(String plugins, Path networks) {
  /** Where others have them, and where Debian has them. */
  private static final String USUAL_PLUGINS = "/opt/cni/bin:/usr/lib/cni";

  private static final String USUAL_NETWORKS = "/etc/cni/net.d";

  static CniPlaces of(Map<String, String> env) {
    return new CniPlaces(
        env.getOrDefault("CNI_PATH", USUAL_PLUGINS),
        Path.of(env.getOrDefault("NETCONFPATH", USUAL_NETWORKS)));
  }

  /** The program of a plugin, in the first folder that has it. */
  Optional<Path> plugin(String type) {
    for (String folder : plugins.split(":", -1)) {
      Path program = Path.of(folder, type);
      if (folder.startsWith("/") && Files.isRegularFile(program) && Files.isExecutable(program)) {
        return Optional.of(program);
      }
    }
    return Optional.empty();
  }
}
