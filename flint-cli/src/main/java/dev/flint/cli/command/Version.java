package dev.flint.cli.command;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import picocli.CommandLine.IVersionProvider;

/** The version, from the manifest of Flint's own jar. */
final class Version implements IVersionProvider {
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /** What it was built of, where the build said so; else empty. */
  static String commit() {
    CodeSource source = Version.class.getProtectionDomain().getCodeSource();
    try {
      Path place = source == null ? Path.of("") : Path.of(source.getLocation().toURI());
      if (!Files.isRegularFile(place)) {
        return "";
      }
      try (JarFile jar = new JarFile(place.toFile())) {
        Manifest manifest = jar.getManifest();
        String commit = manifest.getMainAttributes().getValue("Flint-Commit");
        return commit == null ? "" : commit;
      }
    } catch (IOException | URISyntaxException e) {
      return "";
    }
  }

  @Override
  public String[] getVersion() {
    return new String[] {"flint " + text()};
  }
}
