package dev.flint.registry.settings;

import java.nio.file.Path;

/**
 * What proves to a server who we are (mutual TLS).
 *
 * @param certificate a PEM file, our certificate first, then those of authorities between
 * @param key a PEM file with its private key, not encrypted
 */
public record ClientIdentity(Path certificate, Path key) {}
