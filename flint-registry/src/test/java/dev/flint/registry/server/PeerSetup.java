package dev.flint.registry.server;

import dev.flint.registry.testing.DockerRegistrySettings;
import java.io.IOException;

/** The ways in which people run registries. */
enum PeerSetup {
  DOCKER,
  DOCKER_TLS,
  DOCKER_PASSWORD,
  DOCKER_TOKENS,
  DOCKER_RELATIVE_LOCATION,
  DOCKER_REDIRECT_TO_ANOTHER_HOST,
  DOCKER_READ_ONLY,
  DOCKER_CACHE,
  FLINT,
  FLINT_TLS,
  FLINT_PASSWORD,
  FLINT_READ_ONLY,
  FLINT_CACHE;

  /** Starts one, with the image in it. */
  void start(Peer peer) throws IOException {
    switch (this) {
      case DOCKER -> peer.docker(new DockerRegistrySettings());
      case DOCKER_TLS -> peer.dockerWithTls();
      case DOCKER_PASSWORD -> peer.dockerWithPassword();
      case DOCKER_TOKENS -> peer.dockerWithTokens();
      case DOCKER_RELATIVE_LOCATION -> peer.docker(new DockerRegistrySettings().relativeUrls());
      case DOCKER_REDIRECT_TO_ANOTHER_HOST -> peer.dockerWithStorageElsewhere();
      case DOCKER_READ_ONLY -> peer.dockerReadOnly();
      case DOCKER_CACHE -> peer.dockerAsCache();
      case FLINT -> peer.flint(ServerSettings.OPEN);
      case FLINT_TLS -> peer.flintWithTls();
      case FLINT_PASSWORD -> peer.flintWithPassword();
      case FLINT_READ_ONLY -> peer.flintReadOnly();
      case FLINT_CACHE -> peer.flintAsCache();
    }
    peer.seed();
  }
}
