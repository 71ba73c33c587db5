package dev.flint.cli.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The tests' JDK, but that start-up archives are made of one short command instead of all of them:
 * a fifth of the time. For tests of where archives are and whether they fit, not of what they hold.
 */
final class BriefJdk {
  private BriefJdk() {}

  /** Makes one below a folder; gives what is for JAVA_HOME. */
  static Path in(Path folder) throws IOException {
    Path real = Path.of(System.getProperty("java.home"));
    Path home = folder.resolve("brief");
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        for word; do
          shift
          case $word in
            self-archive-training) word=version ;;
            dev.flint.agent.AgentTraining) set -- "$@" dev.flint.agent.AgentMain && word=--help ;;
          esac
          set -- "$@" "$word"
        done
        exec '%s/bin/java' "$@"
        """
            .formatted(real));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    // By it archives are named.
    Files.copy(real.resolve("release"), home.resolve("release"));
    return home;
  }
}
