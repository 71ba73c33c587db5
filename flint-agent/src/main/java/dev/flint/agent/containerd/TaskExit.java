package dev.flint.agent.containerd;

import dev.flint.oci.error.FlintException;

/**
 * A process has ended: containerd.events.TaskExit.
 *
 * @param process the container's id for its first process, else the id of an exec
 * @param exitCode as in {@link TaskState}
 */
record TaskExit(String container, String process, int exitCode) {
  /** Reads it out of the envelope of an event. */
  static TaskExit readEnvelope(ProtoReader envelope) throws FlintException {
    TaskExit exit = new TaskExit("", "", 0);
    for (int field = envelope.next(); field != 0; field = envelope.next()) {
      if (field == 4) {
        exit = readAny(envelope.message());
      }
    }
    return exit;
  }

  private static TaskExit readAny(ProtoReader any) throws FlintException {
    TaskExit exit = new TaskExit("", "", 0);
    for (int field = any.next(); field != 0; field = any.next()) {
      if (field == 2) {
        exit = read(any.message());
      }
    }
    return exit;
  }

  private static TaskExit read(ProtoReader in) throws FlintException {
    String container = "";
    String process = "";
    int exitCode = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> container = in.string();
        case 2 -> process = in.string();
        case 4 -> exitCode = in.integer() & 0xff;
        default -> {}
      }
    }
    return new TaskExit(container, process, exitCode);
  }

  /** Whether it was the container's first process. */
  boolean isOfContainer() {
    return !container.isEmpty() && container.equals(process);
  }
}
