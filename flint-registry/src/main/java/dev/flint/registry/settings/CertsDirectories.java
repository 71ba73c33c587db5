package dev.flint.registry.settings;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Folders by the name of {@code certs.d}, as Docker, podman and skopeo have them: {@code
 * HOST[:PORT]/} holds authorities ({@code *.crt}) and our certificate with its key ({@code *.cert},
 * {@code *.key} of the same name). The first root that has a folder for a host counts.
 */
public final class CertsDirectories {
  private final List<Path> roots;

  /** Looks into these, in this order. */
  public CertsDirectories(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /** The user's own, then those of the machine. */
  public static CertsDirectories usual(Path home) {
    return new CertsDirectories(
        List.of(
            home.resolve(".config/containers/certs.d"),
            Path.of("/etc/containers/certs.d"),
            Path.of("/etc/docker/certs.d")));
  }

  /**
   * Adds what is there for a host.
   *
   * @throws FlintException LOCAL_IO if a certificate lacks its key, or the reverse
   */
  TlsSettings addTo(TlsSettings tls, String host) throws IOException {
    for (Path root : roots) {
      // What would lead elsewhere is no host.
      Path folder = root.resolve(host).normalize();
      if (folder.equals(root.normalize().resolve(host)) && Files.isDirectory(folder)) {
        return add(tls, folder);
      }
    }
    return tls;
  }

  private static TlsSettings add(TlsSettings tls, Path folder) throws IOException {
    TlsSettings more = tls.trusting(files(folder, ".crt"));
    Optional<ClientIdentity> identity = identity(folder);
    return identity.isEmpty() || tls.identity().isPresent() ? more : more.showing(identity.get());
  }

  /** The first pair by name. */
  private static Optional<ClientIdentity> identity(Path folder) throws IOException {
    List<Path> certificates = files(folder, ".cert");
    List<Path> keys = files(folder, ".key");
    List<Path> wanted = certificates.stream().map(file -> other(file, ".key")).toList();
    for (Path key : keys) {
      if (!wanted.contains(key)) {
        throw lacking(key, other(key, ".cert"));
      }
    }
    for (Path key : wanted) {
      if (!keys.contains(key)) {
        throw lacking(other(key, ".cert"), key);
      }
    }
    return certificates.isEmpty()
        ? Optional.empty()
        : Optional.of(new ClientIdentity(certificates.get(0), wanted.get(0)));
  }

  private static Path other(Path file, String ending) {
    String name = file.getFileName().toString();
    return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ending);
  }

  private static FlintException lacking(Path file, Path other) {
    return new FlintException(
        ErrorCode.LOCAL_IO, file + " is there without " + other.getFileName());
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
