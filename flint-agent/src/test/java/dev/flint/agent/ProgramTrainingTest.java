package dev.flint.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.NodeTraining;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ProgramTrainingTest {
  @TempDir Path folder;

  @Test
  void theProgramLivesAsANodeAndEnds() throws Exception {
    ProgramTraining.live(folder, () -> NodeTraining.open(folder));
    assertTrue(
        Files.exists(folder.resolve("program/pki/kubelet-server-current.pem")),
        "its own API was there");
    assertEnded();
  }

  /** The archive of an agent alone must not be lost with that. */
  @Test
  void itLivesAloneWhereNoCertificateCanBeMade() throws Exception {
    ProgramTraining.live(
        folder,
        () -> {
          throw new FlintException(ErrorCode.LOCAL_IO, "no room");
        });
    assertTrue(Files.exists(folder.resolve("program/agent.lock")), "it has lived");
    assertFalse(Files.exists(folder.resolve("program/pki")), "as no node");
    assertEnded();
  }

  private void assertEnded() throws Exception {
    StateFolder state = StateFolder.of(folder.resolve("program"), System.getenv());
    assertFalse(state.isTaken(), "nothing runs on");
    assertFalse(Files.exists(state.sockets()), () -> "left behind: " + state.sockets());
  }
}
