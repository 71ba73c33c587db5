package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import java.io.IOException;
import java.util.List;

/** One thing that is looked at. It reads, and leaves nothing behind. */
public interface Checkup {
  /** What it is about, if it says nothing itself. */
  String subject();

  /** Looks; what it throws is a problem in the words of the failure. */
  List<Finding> look() throws IOException, InterruptedException;
}
