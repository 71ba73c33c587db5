package dev.flint.agent.pod.launch;

import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.VolumeSpec;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Volumes in memory, {@code emptyDir} with {@code medium: Memory}: file systems of the device, so
 * that they stay while agents come and go. Calls about one pod come one after the other.
 */
final class MemoryVolumes {
  private static final String NAME = "data";

  private final Mounts mounts;

  MemoryVolumes(Mounts mounts) {
    this.mounts = mounts;
  }

  /**
   * Makes room for one, if it is not there.
   *
   * @param place in a folder that only this agent may enter
   * @return where it is to be, in what is mounted: where that is gone, or containers do not see it,
   *     none is started with a folder on disk
   * @throws FlintException if this agent may not, or containers would not see it
   */
  Path make(Path place, VolumeSpec.EmptyDir volume, PodSpec pod, HostFacts host)
      throws IOException {
    Path root = place.resolve(NAME);
    if (mounts.isMounted(place)) {
      return root;
    }
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(place);
    }
    String options = "nodev,nosuid,mode=0700,size=" + size(volume, pod, host);
    try {
      mounts.mountMemory(place, options);
    } catch (FlintException e) {
      throw new FlintException(
          e.code(),
          "pod " + pod.name().name() + ": volume " + volume.name() + ": " + e.getMessage(),
          e.remedy(),
          e);
    }
    return root;
  }

  /** Whether there is one in a place. */
  boolean isThere(Path place) throws IOException {
    return mounts.isMounted(place);
  }

  /** As a kubelet: the least of what is said; where nothing is, half of the memory. */
  static String size(VolumeSpec.EmptyDir volume, PodSpec pod, HostFacts host) {
    long limits = 0;
    for (ContainerSpec container : pod.allContainers()) {
      if (container.sidecar() || pod.containers().contains(container)) {
        long more = container.resources().memoryBytes();
        limits = limits > Long.MAX_VALUE - more ? Long.MAX_VALUE : limits + more;
      }
    }
    if (volume.sizeLimit() == 0 && limits == 0) {
      return "50%";
    }
    long least = Long.MAX_VALUE;
    for (long one : new long[] {volume.sizeLimit(), limits, host.memoryBytes()}) {
      least = one > 0 ? Math.min(least, one) : least;
    }
    return Long.toString(least);
  }

  /**
   * Gives back the memory of all in a folder, which may then be deleted.
   *
   * @throws FlintException POLICY if somebody else has mounted something there; nothing is done
   */
  void release(Path home) throws IOException {
    if (!Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path real = home.toRealPath();
    List<Mounts.Mounted> there = new ArrayList<>(mounts.in(real));
    for (Mounts.Mounted mounted : there) {
      if (!mounted.isOurs() || !real.equals(mounted.place().getParent())) {
        throw foreign(mounted);
      }
    }
    Collections.reverse(there);
    for (Mounts.Mounted mounted : there) {
      mounts.unmount(mounted.place());
    }
    for (Mounts.Mounted left : mounts.in(real)) {
      throw foreign(left);
    }
  }

  private static FlintException foreign(Mounts.Mounted mounted) {
    return new FlintException(
        ErrorCode.POLICY,
        "volumes of a pod cannot be removed: something is mounted on " + mounted.place(),
        "unmount it");
  }
}
