package dev.flint.registry.server;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a registry is to be like.
 *
 * @param htpasswd accounts; without them everybody who reaches the registry may read and write
 * @param anonymousPull whether reading needs no account even so
 * @param tls what to show to clients; without it the registry speaks plain http
 * @param readOnly whether everything that changes something is refused
 * @param minChunk bytes that every chunk of an upload but its last must have; 0 for no such rule
 * @param upstream the registry to get from what is not there; implies that nothing can be pushed
 * @param metrics whether to answer {@code /metrics}, to who may read
 */
public record ServerSettings(
    Optional<Path> htpasswd,
    boolean anonymousPull,
    Optional<ServerTls> tls,
    boolean readOnly,
    long minChunk,
    Optional<Upstream> upstream,
    boolean metrics) {
  /** Plain http, for everybody. */
  public static final ServerSettings OPEN =
      new ServerSettings(
          Optional.empty(), false, Optional.empty(), false, 0, Optional.empty(), false);

  /** The same with accounts. */
  ServerSettings withHtpasswd(Path file, boolean anonymous) {
    return new ServerSettings(
        Optional.of(file), anonymous, tls, readOnly, minChunk, upstream, metrics);
  }

  /** The same over TLS. */
  public ServerSettings withTls(ServerTls shown) {
    return new ServerSettings(
        htpasswd, anonymousPull, Optional.of(shown), readOnly, minChunk, upstream, metrics);
  }

  /** The same, but nothing can be changed. */
  ServerSettings asReadOnly() {
    return new ServerSettings(htpasswd, anonymousPull, tls, true, minChunk, upstream, metrics);
  }

  /** The same with a shortest chunk. */
  ServerSettings withMinChunk(long bytes) {
    return new ServerSettings(htpasswd, anonymousPull, tls, readOnly, bytes, upstream, metrics);
  }

  /** The same as a cache. */
  ServerSettings withUpstream(Upstream origin) {
    return new ServerSettings(
        htpasswd, anonymousPull, tls, readOnly, minChunk, Optional.of(origin), metrics);
  }

  /** The same with its numbers shown. */
  ServerSettings withMetrics() {
    return new ServerSettings(htpasswd, anonymousPull, tls, readOnly, minChunk, upstream, true);
  }
}
