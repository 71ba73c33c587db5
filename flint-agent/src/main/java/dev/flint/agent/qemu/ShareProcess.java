package dev.flint.agent.qemu;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Starts and ends the daemons that serve folders to a guest. They end with the guest. */
final class ShareProcess {
  private static final int LIMIT_SECONDS = 10;

  private ShareProcess() {}

  /**
   * Starts one and waits for its socket.
   *
   * @throws FlintException UNSUPPORTED if it does not come up
   */
  static void start(QemuPlan.Share share, QemuPlan plan) throws IOException {
    Process process =
        new ProcessBuilder(share.argv())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(plan.errors().toFile()))
            .start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    try {
      // The socket's file is there before the daemon listens, and QEMU connects much later.
      while (!Files.exists(share.socket())) {
        if (process.waitFor(10, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
          process.destroyForcibly();
          throw new FlintException(
              ErrorCode.UNSUPPORTED,
              "the daemon for a shared folder did not start: " + ErrorText.lastLine(plan.errors()));
        }
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted as a guest was started", e);
    }
  }

  /** The processes of one, found by the argument with its socket, which no other has. */
  static Set<GuestProcess> of(QemuPlan.Share share) throws IOException {
    Set<GuestProcess> found = new LinkedHashSet<>();
    for (String word : share.argv()) {
      if (word.endsWith(share.socket().toString())) {
        found.addAll(GuestProcess.all(Mark.of(word)));
      }
    }
    // The one that serves is a child in a namespace of its own, where no mark is looked for.
    for (GuestProcess outer : List.copyOf(found)) {
      for (ProcessHandle handle :
          ProcessHandle.of(outer.pid()).stream().flatMap(ProcessHandle::descendants).toList()) {
        GuestProcess inner = GuestProcess.child(handle.pid());
        if (inner != null) {
          found.add(inner);
        }
      }
    }
    return found;
  }

  /** Ends one that no guest ended. */
  static void end(QemuPlan.Share share) throws IOException {
    for (GuestProcess process : of(share)) {
      process.kill();
    }
  }
}
