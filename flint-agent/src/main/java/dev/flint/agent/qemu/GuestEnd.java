package dev.flint.agent.qemu;

import dev.flint.agent.backend.Exit;
import dev.flint.osv.OsvConsole;
import dev.flint.osv.OsvEnd;
import java.nio.file.Files;

/**
 * How a guest ended, from all that tells of it. QEMU's own exit status says nothing about the
 * guest's program, so its console decides, and before it what QEMU says about its own end.
 *
 * @param reason of QEMU's event SHUTDOWN, or empty if nobody heard one
 * @param failure why the guest could not go on, or empty
 * @param heard whether a SHUTDOWN would have been heard
 */
record GuestEnd(String reason, String failure, boolean heard) {
  /** The reason of what is told to quit. */
  static final String QUIT = "host-qmp-quit";

  private static final int TAIL = 1 << 16;
  private static final int KILLED = 137;
  private static final int TERMINATED = 143;

  Exit exit(QemuPlan plan, RunRecord record) {
    if (!failure.isEmpty()) {
      return new Exit(1, Exit.Reason.ERROR, failure);
    }
    if (reason.equals(QUIT)) {
      return new Exit(KILLED, Exit.Reason.ERROR, "killed");
    }
    if (reason.equals("host-signal")) {
      return new Exit(TERMINATED, Exit.Reason.ERROR, "QEMU was terminated");
    }
    String text = ErrorText.tail(plan.console(), record.console(), TAIL);
    OsvEnd end = OsvConsole.endOf(text);
    boolean counts = plan.overlay().osv() || end.kind() == OsvEnd.Kind.EXITED;
    if (counts && !end.message().isEmpty()) {
      return told(end);
    }
    if (reason.equals("guest-panic")) {
      return new Exit(134, Exit.Reason.ERROR, "guest panicked");
    }
    if (reason.equals("guest-reset")) {
      return new Exit(1, Exit.Reason.ERROR, "guest reset itself, which ends it here");
    }
    if (!reason.isEmpty()) {
      return new Exit(0, Exit.Reason.COMPLETED, "");
    }
    if (heard) {
      return new Exit(KILLED, Exit.Reason.ERROR, "QEMU was killed");
    }
    return unseen(plan);
  }

  private static Exit told(OsvEnd end) {
    Exit.Reason reason =
        switch (end.kind()) {
          case EXITED -> end.code() == 0 ? Exit.Reason.COMPLETED : Exit.Reason.ERROR;
          case CRASHED -> Exit.Reason.ERROR;
          case OUT_OF_MEMORY -> Exit.Reason.OOM_KILLED;
          case CANNOT_RUN -> Exit.Reason.CANNOT_RUN;
        };
    return new Exit(end.code(), reason, end.message());
  }

  /** QEMU removes the file with its id on an orderly end, if its account may. */
  private static Exit unseen(QemuPlan plan) {
    if (!Files.exists(plan.pidFile())) {
      return new Exit(0, Exit.Reason.COMPLETED, "");
    }
    if (plan.user().isEmpty()) {
      return new Exit(KILLED, Exit.Reason.ERROR, "QEMU was killed while no agent ran");
    }
    return new Exit(255, Exit.Reason.LOST, "it ended while no agent ran");
  }
}
