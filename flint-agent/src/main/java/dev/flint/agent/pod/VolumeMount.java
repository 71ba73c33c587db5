package dev.flint.agent.pod;

/**
 * Where a container sees a volume.
 *
 * @param path absolute, without {@code .} and {@code ..}
 * @param subPath relative, the part of the volume that is seen; empty for all of it
 */
public record VolumeMount(String volume, String path, String subPath, boolean readOnly) {}
