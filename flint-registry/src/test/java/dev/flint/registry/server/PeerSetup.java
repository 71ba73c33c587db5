package dev.flint.registry.server;

import dev.flint.registry.testing.DockerRegistrySettings;
import java.io.IOException;

/** The ways in which people run registries. */
enum PeerSetup {
  DOCKER(peer -> peer.docker(new DockerRegistrySettings())),
  DOCKER_TLS(Peer::dockerWithTls),
  DOCKER_PASSWORD(Peer::dockerWithPassword),
  DOCKER_TOKENS(Peer::dockerWithTokens),
  DOCKER_RELATIVE_LOCATION(peer -> peer.docker(new DockerRegistrySettings().relativeUrls())),
  DOCKER_REDIRECT_TO_ANOTHER_HOST(Peer::dockerWithStorageElsewhere),
  DOCKER_READ_ONLY(Peer::dockerReadOnly),
  DOCKER_CACHE(Peer::dockerAsCache),
  FLINT(peer -> peer.flint(ServerSettings.OPEN)),
  FLINT_TLS(Peer::flintWithTls),
  FLINT_PASSWORD(Peer::flintWithPassword),
  FLINT_READ_ONLY(Peer::flintReadOnly),
  FLINT_CACHE(Peer::flintAsCache);

  private final Start start;

  private interface Start {
    void of(Peer peer) throws IOException;
  }

  PeerSetup(Start start) {
    this.start = start;
  }

  void start(Peer peer) throws IOException {
    start.of(peer);
    peer.seed();
  }
}
