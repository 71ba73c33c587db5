package dev.flint.capstan;

import dev.flint.oci.disk.DiskInfo;
import java.nio.file.Path;

/**
 * The disk of an image in a Capstan repository.
 *
 * @param name the image
 * @param file the disk file with every link resolved
 * @param info what the probe saw in it
 * @param index the image's metadata; {@link IndexYaml#EMPTY} where there is none
 * @param note one line for the user about metadata or other files that were left out; usually empty
 */
public record CapstanDisk(
    CapstanName name, Path file, DiskInfo info, IndexYaml index, String note) {}
