package dev.flint.agent.qemu;

import dev.flint.agent.instance.Resources;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a guest gets of its host: what was asked for, else what its image's labels say, else little.
 *
 * @param memoryMib in MiB
 * @param notes where the numbers come from if nobody asked for them
 */
record GuestSize(long memoryMib, long cpus, List<String> notes) {
  private static final int USUAL_MEMORY = 128;
  private static final long MAX_MEMORY = 1L << 20;

  /** The most that QEMU's machine "pc" has. */
  private static final long MAX_CPUS = 255;

  static GuestSize of(Resources asked, Map<String, String> labels) throws FlintException {
    List<String> notes = new ArrayList<>();
    long memory = asked.guestMemory() >> 20;
    if (asked.guestMemory() == 0) {
      memory = label(labels, FeatherKeys.MEMORY, MAX_MEMORY);
      notes.add(
          memory == 0
              ? "memory: " + USUAL_MEMORY + " MiB, as nobody says"
              : "memory: " + memory + " MiB, as the image says");
      memory = memory == 0 ? USUAL_MEMORY : memory;
    }
    long cpus = (asked.guestMilliCpus() + 999L) / 1000;
    if (cpus == 0) {
      cpus = label(labels, FeatherKeys.CPUS, MAX_CPUS);
      notes.add(cpus == 0 ? "cpus: 1, as nobody says" : "cpus: " + cpus + ", as the image says");
      cpus = Math.max(cpus, 1);
    }
    if (memory < 1 || memory > MAX_MEMORY || cpus > MAX_CPUS) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "no guest can have " + asked.guestMemory() + " bytes of memory and " + cpus + " CPUs",
          "a guest takes 1 MiB to 1 TiB and at most " + MAX_CPUS + " CPUs");
    }
    return new GuestSize(memory, cpus, List.copyOf(notes));
  }

  /** The number in a label, or 0: it is a hint, and images hold anything. */
  private static long label(Map<String, String> labels, String name, long max) {
    try {
      long number = Long.parseLong(labels.getOrDefault(name, "0"));
      return number < 0 || number > max ? 0 : number;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
