package dev.flint.build.file;

import java.util.List;

/**
 * The OSv variant.
 *
 * @param loader a disk that begins with OSv's kernel: a file, or the name of one in the Capstan
 *     repository; empty for the usual one there
 * @param packages Capstan packages whose files come first, in this order
 * @param commandLine the whole line to boot with; empty has it made of the execution
 * @param options of OSv's kernel, for example {@code --nameserver=10.0.2.3}
 * @param format of the disk
 * @param compress whether the clusters of a qcow2 are compressed
 * @param files of all variants, then its own
 */
public record OsvSection(
    String loader,
    List<String> packages,
    String commandLine,
    List<String> options,
    Format format,
    boolean compress,
    Execution execution,
    List<FileRule> files) {
  /** The disks that are made. */
  public enum Format {
    /** Version 3. */
    QCOW2,
    /** The bytes as the guest sees them. */
    RAW
  }

  /** Copies the lists. */
  public OsvSection {
    packages = List.copyOf(packages);
    options = List.copyOf(options);
    files = List.copyOf(files);
  }
}
