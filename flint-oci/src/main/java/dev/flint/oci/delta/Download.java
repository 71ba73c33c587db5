package dev.flint.oci.delta;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a device would have to fetch.
 *
 * @param bytes compressed
 * @param requests where the layer is there to tell
 * @param whole compressed bytes of all of it, likewise
 */
public record Download(long bytes, OptionalInt requests, OptionalLong whole) {}
