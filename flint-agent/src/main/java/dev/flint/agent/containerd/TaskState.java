package dev.flint.agent.containerd;

import dev.flint.oci.error.FlintException;

/**
 * A task or a further process in it, as containerd.v1.types.Process has it.
 *
 * @param pid on the host
 * @param exitCode 128 and the signal's number for one ended by a signal; 0 while it runs
 */
record TaskState(int pid, Status status, int exitCode) {
  /** Its state, in the order of their numbers. */
  enum Status {
    UNKNOWN,
    CREATED,
    RUNNING,
    STOPPED,
    PAUSED,
    PAUSING
  }

  static TaskState read(ProtoReader in) throws FlintException {
    int pid = 0;
    Status status = Status.UNKNOWN;
    int exitCode = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 3 -> pid = in.integer();
        case 4 -> status = status(in.number());
        case 9 -> exitCode = in.integer() & 0xff;
        default -> {}
      }
    }
    return new TaskState(pid, status, exitCode);
  }

  private static Status status(long number) {
    Status[] known = Status.values();
    return number >= 0 && number < known.length ? known[(int) number] : Status.UNKNOWN;
  }
}
