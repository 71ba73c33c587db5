package dev.flint.agent.kube;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the kubelet's API is offered.
 *
 * @param listen {@code HOST:PORT}, or {@code none}; empty: at the usual port, if that is free
 * @param certificate PEM; with its key, or neither
 * @param clientAuthority PEM: who vouches for clients; none: who vouches for the API server
 */
public record KubeletOptions(
    String listen,
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<Path> clientAuthority) {}
