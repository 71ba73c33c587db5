package dev.flint.oci.foreignimage;

import dev.flint.oci.Descriptor;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Platform;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Indexes whose entries are no container images: those of Podman machine have an annotation {@code
 * disktype} and architectures in the words of uname, those of kraft the hypervisor for an os.
 */
public final class ForeignIndex {
  private static final String DISK_TYPE = "disktype";

  /** What operating systems are called in container images (Go's values of GOOS). */
  private static final Set<String> USUAL_SYSTEMS =
      Set.of(
          "aix",
          "android",
          "darwin",
          "dragonfly",
          "freebsd",
          "illumos",
          "ios",
          "js",
          "linux",
          "netbsd",
          "openbsd",
          "plan9",
          "solaris",
          "unknown",
          "wasip1",
          "windows",
          "zos");

  private ForeignIndex() {}

  /**
   * The entry with a disk of some type.
   *
   * @param diskType for example {@code qemu}
   * @throws FlintException NOT_FOUND with the types there are
   */
  public static Descriptor disk(ImageIndex index, Platform host, String diskType)
      throws FlintException {
    TreeSet<String> types = new TreeSet<>();
    for (Descriptor entry : index.manifests()) {
      Optional<String> type = entry.annotation(DISK_TYPE);
      if (type.isPresent() && isFor(entry, host)) {
        types.add(type.get());
        if (type.get().equals(diskType)) {
          return entry;
        }
      }
    }
    throw new FlintException(
        ErrorCode.NOT_FOUND,
        "the index has no disk of type " + diskType + " for " + host.architecture(),
        types.isEmpty() ? "" : "choose with --disk-type: " + String.join(", ", types));
  }

  /**
   * The one entry that can be meant for a machine although its platform is spelled otherwise; of
   * several disks the one for QEMU.
   *
   * @return empty if there is none or there are several
   */
  public static Optional<Descriptor> onlyOneFor(ImageIndex index, Platform host)
      throws FlintException {
    List<Descriptor> fit = new ArrayList<>();
    for (Descriptor entry : index.manifests()) {
      if (!isForeign(entry) || !isFor(entry, host)) {
        continue;
      }
      if (entry.annotation(DISK_TYPE).filter("qemu"::equals).isPresent()) {
        return Optional.of(entry);
      }
      fit.add(entry);
    }
    return fit.size() == 1 ? Optional.of(fit.get(0)) : Optional.empty();
  }

  /** An ordinary container image for another system is not what was meant. */
  private static boolean isForeign(Descriptor entry) throws FlintException {
    return entry.annotation(DISK_TYPE).isPresent()
        || entry.platform().filter(its -> !USUAL_SYSTEMS.contains(its.os())).isPresent();
  }

  private static boolean isFor(Descriptor entry, Platform host) throws FlintException {
    Optional<Platform> platform = entry.platform();
    return platform.isPresent() && usual(platform.get().architecture()).equals(host.architecture());
  }

  private static String usual(String architecture) {
    return switch (architecture) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> architecture;
    };
  }
}
