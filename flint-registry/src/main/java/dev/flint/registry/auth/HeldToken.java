package dev.flint.registry.auth;

import java.time.Instant;
import java.util.Optional;

/**
 * What a token is good for.
 *
 * @param asked the rights it was asked for
 * @param granted the rights it gives, where it can be told
 * @param end when it stops to be good
 */
public record HeldToken(Scopes asked, Optional<Scopes> granted, Instant end) {}
