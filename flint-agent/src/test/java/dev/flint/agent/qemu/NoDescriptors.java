package dev.flint.agent.qemu;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Looks at itself when no file can be opened any more. */
final class NoDescriptors {
  private NoDescriptors() {}

  /** Prints what it sees then. */
  public static void main(String[] args) throws IOException {
    long pid = ProcessHandle.current().pid();
    Mark name = Mark.of(NoDescriptors.class.getName());
    // Also loads the classes.
    GuestProcess self = Objects.requireNonNull(GuestProcess.of(pid, name));
    String before = look(self, pid, name);
    List<FileInputStream> open = new ArrayList<>();
    fill(open);
    // To tell of a failure for the first time takes one as well, for a moment.
    fill(open);
    String then = look(self, pid, name);
    for (FileInputStream one : open) {
      one.close();
    }
    System.out.println(before + "; " + then);
  }

  private static void fill(List<FileInputStream> open) {
    try {
      while (true) {
        open.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      // As many as there can be.
    }
  }

  private static String look(GuestProcess self, long pid, Mark name) {
    String said = "alive " + self.isAlive();
    try {
      said += ", search finds " + GuestProcess.all(name).size();
    } catch (IOException e) {
      said += ", search fails";
    }
    try {
      said += ", look finds " + GuestProcess.of(pid, name);
    } catch (IOException e) {
      said += ", look fails";
    }
    return said;
  }
}
