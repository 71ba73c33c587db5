package dev.flint.capstan;

import dev.flint.oci.Platform;
import dev.flint.oci.backend.BackendKind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a user asked an image to be made of.
 *
 * @param disk the disk file
 * @param index the metadata that came with it
 * @param command replaces the command line found on the disk, where present
 * @param env entries {@code NAME=VALUE}
 * @param workingDir or empty
 * @param ports for example {@code 8080/tcp}
 * @param memoryMib hint in MiB
 * @param cpus hint
 * @param labels in addition to Flint's
 * @param annotations win over those made from the metadata
 * @param created wins over the metadata's time
 * @param rewrite whether a qcow2 with compressed clusters is written anew without them
 * @param legacyKeys whether the published agent shall be able to run the image
 * @param backend one for disks; where absent the disk tells
 * @param containerDisk whether the image shall be a KubeVirt containerDisk too
 */
public record ImportRequest(
    Path disk,
    IndexYaml index,
    Optional<String> command,
    List<String> env,
    String workingDir,
    List<String> ports,
    OptionalLong memoryMib,
    OptionalInt cpus,
    Platform platform,
    Map<String, String> labels,
    Map<String, String> annotations,
    Optional<Instant> created,
    boolean rewrite,
    boolean legacyKeys,
    Optional<BackendKind> backend,
    boolean containerDisk) {
  /** An image for OSv, and nothing else. */
  public ImportRequest(
      Path disk,
      IndexYaml index,
      Optional<String> command,
      List<String> env,
      String workingDir,
      List<String> ports,
      OptionalLong memoryMib,
      OptionalInt cpus,
      Platform platform,
      Map<String, String> labels,
      Map<String, String> annotations,
      Optional<Instant> created,
      boolean rewrite,
      boolean legacyKeys) {
    this(
        disk,
        index,
        command,
        env,
        workingDir,
        ports,
        memoryMib,
        cpus,
        platform,
        labels,
        annotations,
        created,
        rewrite,
        legacyKeys,
        Optional.of(BackendKind.OSV),
        false);
  }
}
