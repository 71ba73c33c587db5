package dev.flint.oci.image;

import dev.flint.oci.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Everything about an image that is to be made, but its files.
 *
 * @param backend what runs it, for example {@code osv}
 * @param runtime the preferred hypervisor or other program, for example {@code qemu}
 * @param cmd the words of the command line; may be empty
 * @param env entries {@code NAME=VALUE}
 * @param workingDir or empty
 * @param ports for example {@code 8080/tcp}
 * @param memoryMib hint in MiB
 * @param cpus hint
 * @param labels of the user, in addition to those Flint sets
 * @param annotations of the manifest, in addition to those Flint sets
 * @param created the time the image carries
 * @param legacyKeys whether to write the keys the published agent reads
 */
public record ImageDraft(
    String backend,
    String runtime,
    Platform platform,
    List<String> cmd,
    List<String> env,
    String workingDir,
    List<String> ports,
    OptionalLong memoryMib,
    OptionalInt cpus,
    Map<String, String> labels,
    Map<String, String> annotations,
    Instant created,
    boolean legacyKeys) {
  /** Copies the collections. */
  public ImageDraft {
    cmd = List.copyOf(cmd);
    env = List.copyOf(env);
    ports = List.copyOf(ports);
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}
