package dev.flint.capstan;

import dev.flint.oci.Platform;
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
    boolean legacyKeys) {}
